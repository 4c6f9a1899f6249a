import { compare } from './compare.ts'
import type { Row } from './measure.ts'
import { partAnswer, parts, partTasks, runOf, scriptOfParts } from './measured-runs.ts'
import { minimalAgents, type Place } from './open-place.ts'
import type { ThreadScript } from './serve-threads.ts'
import { difference } from './values-of-times.ts'

const fileCount = 500
const writes = 'write a file'

/** A task that writes a file beside another one, so that it works in a copy of a repository, and behind it, so that it does not. */
export async function* measureCopies(place: Place, rounds: number): AsyncGenerator<Row> {
  const { url } = await place.serveThreads([writingScript(), scriptOfParts])
  const workspace = Object.fromEntries(
    Array.from({ length: fileCount }, (_, index) => [
      `src/d${index % 20}/f${index}.txt`,
      `${index} words\n`.repeat(100),
    ]),
  )
  const writer = { id: 'writer', prompt: writes, write: ['src/**'] }
  const inCopy = { url, workspace, prints: '"changes":[' }
  const [floor, beside, behind] = await compare(
    [
      minimalAgents(url, [parts(1), [writes]], partAnswer),
      await runOf(place, inCopy, [writer, ...partTasks(1)]),
      await runOf(place, { url, workspace }, [{ ...writer, needs: ['t0'] }, ...partTasks(1)]),
    ],
    rounds,
  )
  yield {
    what: `A task that writes in a copy of ${fileCount} files, over one that writes in place`,
    ...difference(beside, behind),
    kept: { id: 'copy', ratio: beside.minMs / floor.minMs },
  }
}

/** Writes something else each time: what does not change is not brought back. */
function writingScript(): ThreadScript {
  let count = 0
  const patch = () => {
    count += 1
    const input = `*** Begin Patch\n*** Add File: src/made.txt\n+made ${count}\n*** End Patch`
    return { calls: [{ name: 'apply_patch', input }] }
  }
  return { said: writes, turns: [patch, { text: partAnswer }] }
}
