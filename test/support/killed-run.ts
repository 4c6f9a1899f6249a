import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { expect } from 'vitest'
import type { RunResult } from '../../src/plugin-api/run.ts'
import { toolOutputs, userTexts } from './exec-case.ts'
import type { ModelTurn, RecordedRequest, ScriptedCall } from './model-server.ts'
import { agentFile, journalLines, keptRuns, runOf, statesOf, workflowHead, workflowTask } from './run-of.ts'
import { scriptedSession } from './scripted-session.ts'
import { seededRandom } from './seeded-random.ts'

const ids = ['a', 'b', 'c', 'd'] as const

/** Two tasks that write at the same time, each in a copy; one that needs both, and writes in the workspace; one that looks at all of it. */
const workflow = [
  workflowHead('killed'),
  workflowTask('a', 'one', 'write = ["of-a/**"]'),
  workflowTask('b', 'two', 'write = ["of-b/**"]\nretries = 1'),
  workflowTask('c', 'one', 'needs = ["a", "b"]\nwrite = ["of-c/**"]'),
  workflowTask('d', 'two', 'needs = ["c"]'),
].join('\n')

/** What was seen of a run that was killed again and again. */
export interface KilledRun {
  readonly kills: number
  /** What the last line of the journal said at each kill: a type and a state, or `nothing`. */
  readonly reached: readonly string[]
  /** Threads that went on, and calls that were looked after because nobody knew whether they had been carried out. */
  readonly goneOn: number
  readonly lookedAfter: number
  readonly result: RunResult
}

/**
 * Carries out a workflow whose process is ended with SIGKILL at moments that follow from the seed, gone on with each time, and checks that every
 * task did what it does outside exactly once, that no task that was done was begun again, and that the result is that of a run that nobody ended.
 */
export async function killedRun(seed: number, mostKills: number): Promise<KilledRun> {
  const random = seededRandom(seed)
  const asked = { goneOn: 0, lookedAfter: 0 }
  const session = await scriptedSession([(request) => nextTurn(request, asked)], {
    config: 'sandbox_mode = "workspace-write"\napproval_policy = "never"',
    home: {
      'agents/one.toml': agentFile('one'),
      'agents/two.toml': agentFile('two'),
      'workflows/killed.toml': workflow,
    },
    files: { 'of-a/kept': '', 'of-b/kept': '', 'of-c/kept': '' },
    server: { whenSpent: 'repeat' },
  })
  const { codexHome } = session.home
  const reached: string[] = []
  const done = new Map<string, unknown>()
  for (let kills = 0; ; kills += 1) {
    const before = await lastRun(codexHome)
    const way = before === undefined ? ['killed'] : ['--resume', before.runId]
    const codex = await session.start(['workflows', 'run', ...way, '--json'])
    if (kills < mostKills) {
      // Some while the process begins, most while its tasks run.
      const planned = codex.event(({ type }) => type === 'run.planned').catch(() => undefined)
      await Promise.race([random() < 0.3 ? wait(random() * 600) : planned, codex.done])
      await Promise.race([wait(random() * 600), codex.done])
      codex.kill('SIGKILL')
    }
    const ended = await codex.done
    const now = await lastRun(codexHome)
    for (const { type, payload } of now?.lines ?? []) {
      if (type !== 'task') continue
      const id = String(payload.task)
      if (done.has(id)) expect([id, payload]).toEqual([id, done.get(id)])
      if (payload.state === 'done') done.set(id, payload)
    }
    if (ended.signal !== null) {
      const last = now?.lines.at(-1)
      reached.push(last === undefined ? 'nothing' : `${last.type} ${String(last.payload.state ?? '')}`.trim())
      done.clear()
      continue
    }
    expect(statesOf(ended)).toEqual(Object.fromEntries(ids.map((id) => [id, 'done'])))
    const { result } = runOf(ended)
    expect([ended.exitCode, ended.stderr, result.status]).toEqual([0, '', 'done'])
    expect(result.results.map(({ task, state, text, attempts }) => [task, state, text, attempts])).toEqual(
      ids.map((id) => [id, 'done', `Answer of ${id}.`, 1]),
    )
    expect(result.merged.text.trim()).toBe(ids.map(section).join('\n\n'))
    for (const id of ['a', 'b', 'c'])
      expect([id, await readFile(join(session.workspace.path, `of-${id}`, 'log'), 'utf8')]).toEqual([id, `${id}\n`])
    return { kills: reached.length, reached, ...asked, result }
  }
}

const section = (id: string): string =>
  `# Title of ${id} (${id === 'a' || id === 'c' ? 'one' : 'two'})\n\nAnswer of ${id}.`

/** The newest run whose journal has begun. */
async function lastRun(codexHome: string) {
  const runId = (await keptRuns(codexHome)).at(-1)
  if (runId === undefined) return undefined
  const lines = await journalLines(codexHome, runId).catch(() => [])
  return lines.length === 0 ? undefined : { runId, lines }
}

/** Writes a line into the file of the task, once: where it is not known whether that was done, it looks first. */
function nextTurn({ body }: RecordedRequest, asked: { goneOn: number; lookedAfter: number }): ModelTurn {
  const texts = userTexts(body)
  const id = /Prompt of ([a-d])\./.exec(texts.join('\n'))?.[1] ?? '?'
  if (texts.at(-1)?.includes('Go on where you were.')) asked.goneOn += 1
  if (id === 'd') return { text: 'Answer of d.' }
  const outputs = Object.entries(toolOutputs(body))
  const callId = `write-${outputs.length}`
  const write: ModelTurn = {
    calls: [id === 'c' ? byPatch(id, callId) : { shell: `echo ${id} >> of-${id}/log`, callId }],
  }
  const last = outputs.at(-1)
  if (last === undefined) return write
  const [call, output] = last
  const isKnown = output !== 'interrupted before it ended'
  if (call.startsWith('write') && isKnown) return { text: `Answer of ${id}.` }
  if (call.startsWith('look') && isKnown) {
    return new RegExp(`^${id}$`, 'm').test(output) ? { text: `Answer of ${id}.` } : write
  }
  asked.lookedAfter += 1
  return { calls: [{ shell: `cat of-${id}/log || true`, callId: `look-${outputs.length}` }] }
}

/** Where a task writes in the workspace itself, it does so by a patch, which fails where the file is there. */
function byPatch(id: string, callId: string): ScriptedCall {
  return { name: 'apply_patch', input: `*** Begin Patch\n*** Add File: of-${id}/log\n+${id}\n*** End Patch`, callId }
}
