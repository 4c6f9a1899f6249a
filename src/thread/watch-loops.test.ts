import { expect, test } from 'vitest'
import { isCodexError, type ToolCallItem, type ToolCallOutputItem } from '../plugin-api/index.ts'
import { type LoopLimits, watchLoops } from './watch-loops.ts'

const limits: LoopLimits = { hintAfter: 3, stopAfter: 6, pollingStopAfter: 20 }
const call = (name: string, given: unknown = {}): ToolCallItem => ({
  ...{ type: 'function_call', call_id: 'c', name, arguments: JSON.stringify(given) },
})

/** One call and what it gave. */
type Step = readonly [ToolCallItem, string]

/** Runs rounds of calls, and says after which round it was stopped, and which outputs had a hint. */
function play(rounds: Iterable<readonly Step[]>, watch = watchLoops(limits)) {
  const hinted: number[] = []
  let round = 0
  for (const steps of rounds) {
    round += 1
    watch.begin(steps.map(([each]) => each))
    for (const [each, text] of steps) {
      const output: ToolCallOutputItem = { type: 'function_call_output', call_id: 'c', output: text }
      if (watch.told(each, output).output !== text) hinted.push(round)
    }
    try {
      watch.end()
    } catch (error) {
      if (!isCodexError(error)) throw error
      return { hinted, stoppedAfter: round, error }
    }
  }
  return { hinted, stoppedAfter: undefined }
}

const times = <T>(count: number, make: (index: number) => T): readonly T[] =>
  Array.from({ length: count }, (_, index) => make(index))
const same: readonly Step[] = [[call('read', { path: 'a' }), 'text']]

test('the third equal result gets a hint, the sixth stops the turn', () => {
  const { hinted, stoppedAfter, error } = play(times(9, () => same))
  expect({ hinted, stoppedAfter }).toEqual({ hinted: [3, 4, 5, 6], stoppedAfter: 6 })
  expect(error).toMatchObject({ code: 'thread.loop', hint: expect.stringContaining('loop_detection') })
  expect(error?.message).toContain('read 6 times')
})

test.each<[string, (index: number) => readonly Step[]]>([
  ['results that change', (index) => [[call('read'), `text ${index}`]]],
  ['arguments that change', (index) => [[call('read', { line: index }), 'text']]],
  ['something else between', (index) => (index % 2 ? same : [[call('edit', { index }), 'ok']])],
  ['something else beside it', (index) => [...same, [call('edit', { index }), 'ok']]],
])('%s are no loop', (_, round) => {
  expect(play(times(40, round))).toEqual({ hinted: [], stoppedAfter: undefined })
})

test('two rounds by turns are a loop, counted by pairs', () => {
  const { hinted, stoppedAfter, error } = play(
    times(20, (index) => [[call(index % 2 ? 'test' : 'read'), index % 2 ? 'red' : 'text']]),
  )
  expect(stoppedAfter).toBe(12)
  expect(hinted[0]).toBe(6)
  expect(error?.message).toContain('read, then test 6 times')
})

test('three rounds by turns are a loop', () => {
  expect(play(times(40, (index) => [[call(`t${index % 3}`), 'x']])).stoppedAfter).toBe(18)
})

test('several calls of one answer are one round, in whatever order they come', () => {
  const pair: readonly Step[] = [...same, [call('list'), 'files']]
  const { stoppedAfter } = play(times(9, (index) => (index % 2 ? pair : pair.toReversed())))
  expect(stoppedAfter).toBe(6)
  expect(play([times(8, () => same[0] as Step)]).stoppedAfter).toBeUndefined()
})

test.each([
  ['write_stdin without text', call('write_stdin', { session_id: 1, chars: '' })],
  ['write_stdin with nothing said of text', call('write_stdin', { session_id: 1 })],
  ['wait', call('wait')],
])('%s may be repeated longer', (_, waiting) => {
  const { hinted, stoppedAfter } = play(times(30, () => [[waiting, 'nothing yet']]))
  expect({ first: hinted[0], stoppedAfter }).toEqual({ first: 10, stoppedAfter: 20 })
})

test('text for a session is no waiting', () => {
  const typing = call('write_stdin', { session_id: 1, chars: 'y\n' })
  expect(play(times(30, () => [[typing, 'again?']])).stoppedAfter).toBe(6)
})

test('how long a command took does not make its result another', () => {
  const output = (index: number) => `Chunk ID: ${index}abc\nWall time: ${index}.0000 seconds\nOutput:\nsame`
  expect(play(times(9, (index) => [[call('exec_command'), output(index)]])).stoppedAfter).toBe(6)
})

test('where the whole of a long output is kept does not make it another', () => {
  const output = (index: number) => `a\n... 90 tokens omitted; read_file has all of it: /tmp/o p/${index}.txt ...\nb`
  expect(play(times(9, (index) => [[call('read'), output(index)]])).stoppedAfter).toBe(6)
})

test('without limits nothing is watched', () => {
  expect(
    play(
      times(99, () => same),
      watchLoops(undefined),
    ),
  ).toMatchObject({ hinted: [], stoppedAfter: undefined })
})
