import { appendInProcess } from './append-in-process.ts'
import { checkInProcess } from './check-in-process.ts'
import { compare } from './compare.ts'
import { decideInProcess } from './decide-in-process.ts'
import type { Row } from './measure.ts'
import { memoryOfTurns } from './memory-of-turns.ts'
import type { Place } from './open-place.ts'
import { threadOfItems } from './thread-of-items.ts'

const items = 5000
const turns = 200

/** What keeping threads costs: going on with a long one, a line of its record, and what stays of turns that are over. */
export async function* measureThreads(place: Place, rounds: number): AsyncGenerator<Row> {
  const answer = 'gone on'
  const url = await place.serve([{ text: answer }], 2 * (rounds + 1))
  const { id, files } = threadOfItems(items)
  const exec = ['exec', '--skip-git-repo-check']
  const [fresh, resumed] = await compare(
    [
      await place.codex([...exec, 'hi'], answer, { url }),
      await place.codex([...exec, 'resume', id, 'hi'], answer, { url, files }),
    ],
    rounds,
  )
  const ms = (value: number) => value.toFixed(0)
  yield {
    what: `Going on with a thread of ${items.toLocaleString('en-US')} items, over a new one`,
    unit: 'ms',
    value: resumed.minMs - fresh.minMs,
    budget: 150,
    from: `${ms(resumed.minMs)} - ${ms(fresh.minMs)} (medians ${ms(resumed.medianMs)} - ${ms(fresh.medianMs)})`,
  }
  const lines = 2000
  const append = await appendInProcess(lines)
  const from = `least ${append.minMs.toFixed(3)}, ${lines} times in one process`
  yield { what: 'A line of a rollout, median', unit: 'ms', value: append.medianMs, budget: 1, from }
  const decide = await decideInProcess(lines)
  const decisionFrom = `with its record and its head; least ${decide.minMs.toFixed(3)}, ${lines} times in one process`
  yield { what: 'A decision of the gate, median', unit: 'ms', value: decide.medianMs, budget: 1, from: decisionFrom }
  const check = await checkInProcess(100)
  const checkFrom = `under the built-in policy and 500 rules; slowest ${check.slowestMs.toFixed(3)}: ${check.slowest.slice(0, 30).replaceAll('\n', ' ')}`
  yield {
    what: 'Reading a command line for its rules, median',
    unit: 'ms',
    value: check.medianMs,
    budget: 1,
    from: checkFrom,
  }
  yield {
    what: 'The slowest of these lines, least',
    unit: 'ms',
    value: check.slowestMs,
    budget: 1,
    from: 'of 100 rounds',
  }
  const many = await place.serve([{ text: answer }], turns + 20)
  const value = await memoryOfTurns(many, turns)
  yield {
    what: `Memory that ${turns} more turns of a process leave`,
    unit: 'MiB',
    value,
    budget: 5,
    from: 'heap, collected',
  }
}
