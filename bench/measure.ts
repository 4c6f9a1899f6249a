import { compare } from './compare.ts'
import { definitionFiles } from './definition-files.ts'
import { expandInProcess } from './expand-in-process.ts'
import { inBothModes } from './in-both-modes.ts'
import { measureScan } from './measure-scan.ts'
import { measureThreads } from './measure-threads.ts'
import { measureWrites } from './measure-writes.ts'
import { bareNode, minimalTurn, type Place } from './open-place.ts'
import { runProcess } from './run-process.ts'
import { difference, ratio } from './values-of-times.ts'

/** How often the floor of the same run goes into a measurement: what stays the same from machine to machine, as far as anything does. */
export interface KeptRatio {
  /** Its name in `ratios.json`. */
  readonly id: string
  readonly ratio: number
}

/** One line of the results. */
export interface Row {
  readonly what: string
  readonly unit: 'ms' | 'MiB' | 'times' | 'a minute'
  readonly value: number
  /** Most that the architecture allows, in the same unit; absent where it says nothing. */
  readonly budget?: number
  /** True where the budget is the least instead. */
  readonly isAtLeast?: boolean
  /** What the value was computed from. */
  readonly from: string
  /** What later runs are compared with; absent where it is not kept. */
  readonly kept?: KeptRatio
}

const answer = 'the work is done'
const shellCalls = 20
const execArgv = ['exec', '--skip-git-repo-check']

/** Measures the budgets of the architecture that whole processes show; `rounds`: how often each program runs. */
export async function* measure(place: Place, rounds: number): AsyncGenerator<Row> {
  yield* measureVersion(place, rounds)
  yield* measureTurn(place, rounds)
  yield* measurePlaybook(place, rounds)
  yield* measureShell(place, Math.ceil(rounds / 2))
  yield* measureWrites(place, Math.ceil(rounds / 2))
  yield* measureStream(place, rounds)
  yield* measureDefinitions(place, rounds)
  yield* measureExpansion(place, rounds)
  yield* measureRouting(place, rounds)
  yield* measureThreads(place, rounds)
  yield* measureScan()
}

async function* measureVersion(place: Place, rounds: number): AsyncGenerator<Row> {
  const own = await place.codex(['--version'], 'codex-kernel', {})
  const [bare, version] = await compare([bareNode, own], rounds)
  yield { what: '`node -e 0`', unit: 'ms', value: bare.minMs, from: `median ${bare.medianMs.toFixed(0)}` }
  yield { what: '`codex --version`, times bare Node', budget: 1.5, ...ratio(version, bare) }
}

async function* measureTurn(place: Place, rounds: number): AsyncGenerator<Row> {
  const memoryRuns = 3
  const url = await place.serve([{ text: answer }], 2 * (rounds + 1) + memoryRuns)
  const own = await place.codex([...execArgv, 'hi'], answer, { url })
  const [floor, turn] = await compare([minimalTurn(url, answer), own], rounds)
  yield { what: 'Headless turn, times the floor', budget: 1.6, ...ratio(turn, floor) }
  const peaks: number[] = []
  for (let run = 0; run < memoryRuns; run += 1) peaks.push((await runProcess(own, { memory: true })).peakMiB)
  const value = Math.max(...peaks)
  yield {
    what: 'Headless turn, peak resident memory',
    unit: 'MiB',
    value,
    budget: 105,
    from: `most of ${memoryRuns} runs`,
  }
}

async function* measurePlaybook(place: Place, rounds: number): AsyncGenerator<Row> {
  const workspace = {
    'src/one.js': 'export const one = 1\n',
    'src/two.py': 'two = eval("2")\n',
    'README.md': '# Small\n',
  }
  const own = await place.codex(['agent', 'code-reviewer', 'review', '--playbook'], 'Review', { workspace })
  const [bare, turn] = await compare([bareNode, own], rounds)
  yield { what: 'Playbook turn in a repository of three files, times bare Node', ...ratio(turn, bare) }
}

async function* measureShell(place: Place, rounds: number): AsyncGenerator<Row> {
  const calls = Array.from({ length: shellCalls }, (_, index) => ({ calls: [{ shell: `echo hi ${index}` }] }))
  const runs = 4 * (rounds + 1)
  const plainUrl = await place.serve([{ text: answer }], runs)
  const busyUrl = await place.serve([...calls, { text: answer }], runs)
  // The first call of a turn loads what commands need, logs in, and opens the network that the others join.
  const onceUrl = await place.serve([...calls.slice(0, 1), { text: answer }], 3 * (rounds + 1))
  const exec = (mode: string, url: string) => place.codex([...execArgv, '-s', mode, 'hi'], answer, { url })
  const reaching = (url: string) =>
    place.codex([...execArgv, '--security-profile', 'workspace-net', 'hi'], answer, { url })
  const [floorPlain, floorBusy, ...others] = await compare(
    [
      minimalTurn(plainUrl, answer),
      minimalTurn(busyUrl, answer),
      ...(await inBothModes(exec, { plain: plainUrl, once: onceUrl, busy: busyUrl })),
      await reaching(onceUrl),
      await reaching(busyUrl),
    ],
    rounds,
  )
  const [trustedPlain, trustedOnce, trustedBusy, confinedPlain, confinedOnce, confinedBusy, netOnce, netBusy] = others
  yield { what: 'Each shell call of the floor', ...difference(floorBusy, floorPlain, shellCalls) }
  yield { what: 'Each shell call, no sandbox', budget: 9, ...difference(trustedBusy, trustedPlain, shellCalls) }
  yield { what: 'The first of them', ...difference(trustedOnce, trustedPlain) }
  yield { what: 'Each further one', ...difference(trustedBusy, trustedOnce, shellCalls - 1) }
  yield { what: 'Each shell call, sandboxed', budget: 25, ...difference(confinedBusy, confinedPlain, shellCalls) }
  yield { what: 'The first of them', ...difference(confinedOnce, confinedPlain) }
  yield { what: 'Each further one', ...difference(confinedBusy, confinedOnce, shellCalls - 1) }
  yield { what: 'Each shell call, sandboxed with hosts', budget: 35, ...difference(netBusy, netOnce, shellCalls - 1) }
}

async function* measureStream(place: Place, rounds: number): AsyncGenerator<Row> {
  const [count, size] = [10_000, 100]
  const url = await place.serve([{ filler: { count, size } }], 2 * (rounds + 1))
  const text = 'x'.repeat(count * size)
  const own = await place.codex([...execArgv, 'hi'], text, { url })
  const [floor, turn] = await compare([minimalTurn(url, text), own], rounds)
  yield { what: '1 MB answer in 10,000 pieces, times the floor', budget: 1.3, ...ratio(turn, floor) }
}

/** A command that names its agent loads all commands and all agents. */
async function* measureDefinitions(place: Place, rounds: number): AsyncGenerator<Row> {
  const url = await place.serve([{ text: answer }], 2 * (rounds + 1))
  const run = (counts: Parameters<typeof definitionFiles>[0]) =>
    place.codex([...execArgv, '/bench-0'], answer, { url, files: definitionFiles(counts) })
  const few = await run({ commands: 1, agents: 1 })
  const many = await run({ commands: 1000, agents: 200 })
  const [fewTimes, manyTimes] = await compare([few, many], rounds)
  yield {
    what: '1,000 commands and 200 agents, cached, over one of each',
    budget: 60,
    ...difference(manyTimes, fewTimes),
  }
}

/** A fresh process pays for Handlebars, and for loading the commands; one that stays open does not. */
async function* measureExpansion(place: Place, rounds: number): AsyncGenerator<Row> {
  const again = await expandInProcess(20 * rounds)
  const from = `least ${again.minMs.toFixed(1)}, ${20 * rounds} times in one process`
  yield { what: 'Expanding a command, warm', unit: 'ms', budget: 5, value: again.medianMs, from }
  const url = await place.serve([{ text: answer }], 2 * (rounds + 1))
  const files = definitionFiles({ commands: 1, agents: 1 })
  const run = (prompt: string) => place.codex([...execArgv, prompt], answer, { url, files })
  const [text, command] = await compare([await run('Look at everything.'), await run('/bench-0')], rounds)
  yield { what: 'Headless turn of a command, over one of the same text', ...difference(command, text) }
}

async function* measureRouting(place: Place, rounds: number): AsyncGenerator<Row> {
  const route = (agents: number) => {
    const files = definitionFiles({ commands: 0, agents })
    return place.codex(['agents', 'route', 'look at topic-0 please'], 'bench-0', { files })
  }
  const [few, many] = await compare([await route(1), await route(100)], rounds)
  yield { what: 'Routing over 100 agents, their loading included, over one', budget: 10, ...difference(many, few) }
}
