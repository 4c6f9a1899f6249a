import { compare, type Times } from './compare.ts'
import { inBothModes } from './in-both-modes.ts'
import type { Row } from './measure.ts'
import type { Place } from './open-place.ts'

const answer = 'the work is done'
const furtherPatches = 20

/** What a patch of one file adds to a turn: the first one, which starts the process that writes, and those that follow. */
export async function* measureWrites(place: Place, rounds: number): AsyncGenerator<Row> {
  const patches = Array.from({ length: furtherPatches + 1 }, (_, index) => ({
    calls: [{ name: 'apply_patch', input: addFile(`src/made-${index}.txt`) }],
  }))
  // A patch that adds a file replaces it in the next round.
  const runs = 2 * (rounds + 1)
  const plainUrl = await place.serve([{ text: answer }], runs)
  const onceUrl = await place.serve([...patches.slice(0, 1), { text: answer }], runs)
  const busyUrl = await place.serve([...patches, { text: answer }], runs)
  const workspace = { 'src/one.js': 'export const one = 1\n' }
  const exec = (mode: string, url: string) =>
    place.codex(['exec', '--ephemeral', '-s', mode, 'hi'], answer, { url, workspace })
  const [plain, once, busy, confinedPlain, confinedOnce, confinedBusy] = await compare(
    await inBothModes(exec, { plain: plainUrl, once: onceUrl, busy: busyUrl }),
    rounds,
  )
  yield { what: 'First patch of a turn, no sandbox', ...difference(once, plain, 1) }
  yield { what: 'First patch of a turn, sandboxed', ...difference(confinedOnce, confinedPlain, 1) }
  yield { what: 'Each further patch, no sandbox', ...difference(busy, once, furtherPatches) }
  yield { what: 'Each further patch, sandboxed', ...difference(confinedBusy, confinedOnce, furtherPatches) }
}

function addFile(path: string): string {
  return `*** Begin Patch\n*** Add File: ${path}\n+${'a line of text '.repeat(100)}\n*** End Patch`
}

function difference(more: Times, less: Times, count: number): Omit<Row, 'what'> {
  const [value, median] = [(more.minMs - less.minMs) / count, (more.medianMs - less.medianMs) / count]
  return { unit: 'ms', value, from: `median ${median.toFixed(1)}` }
}
