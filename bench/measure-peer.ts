import { compare } from './compare.ts'
import type { Peer } from './install-peer.ts'
import type { Row } from './measure.ts'
import { minimalTurn, type Place } from './open-place.ts'
import type { Subject } from './run-process.ts'

const answer = 'the work is done'
const execArgv = ['exec', '--skip-git-repo-check']

/** Another program beside ours: version, a headless turn, and twenty shell calls, each in turn with ours in the same minutes. */
export async function* measurePeer(peer: Peer, place: Place, rounds: number): AsyncGenerator<Row> {
  const of = (subject: Subject): Subject => ({
    ...subject,
    name: peer.name,
    program: peer.program,
    argv: subject.argv.slice(1),
  })
  const version = await place.codex(['--version'], '', {})
  yield* beside('`--version`', peer, await compare([version, of(version)], rounds))
  const url = await place.serve([{ text: answer }], 3 * (rounds + 1))
  const turn = await place.codex([...execArgv, 'hi'], answer, { url })
  const [floor, ...both] = await compare([minimalTurn(url, answer), turn, of(turn)], rounds)
  yield {
    what: 'The floor of the next rows',
    unit: 'ms',
    value: floor.minMs,
    from: `median ${floor.medianMs.toFixed(1)}`,
  }
  yield* beside('A headless turn', peer, both)
  const calls = Array.from({ length: 20 }, (_, index) => ({ calls: [{ shell: `echo hi ${index}` }] }))
  const busy = await place.serve([...calls, { text: answer }], 2 * (rounds + 1))
  const work = await place.codex([...execArgv, '-s', 'workspace-write', 'hi'], answer, { url: busy })
  yield* beside('A turn of twenty sandboxed shell calls', peer, await compare([work, of(work)], rounds))
}

function* beside(what: string, peer: Peer, times: Awaited<ReturnType<typeof compare>>): Generator<Row> {
  const names = ['codex-kernel', peer.name]
  for (const [index, name] of names.entries()) {
    const each = times[index]
    if (each)
      yield { what: `${what}, ${name}`, unit: 'ms', value: each.minMs, from: `median ${each.medianMs.toFixed(1)}` }
  }
}
