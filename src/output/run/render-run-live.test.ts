import { expect, test } from 'vitest'
import { sampleFinding } from '../../../test/support/sample-findings.ts'
import { ShownTerminal } from '../../../test/support/shown-terminal.ts'
import type { ThreadItemBody } from '../../plugin-api/index.ts'
import type { RunEvent, RunResult } from '../../plugin-api/run.ts'
import type { TaskState } from '../../plugin-api/task-states.ts'
import { openLiveScreen } from '../live/live-screen.ts'
import { renderRunLive } from './render-run-live.ts'

const usage = {
  ...{ input_tokens: 0, cached_input_tokens: 0, cache_write_input_tokens: 0 },
  ...{ output_tokens: 0, reasoning_output_tokens: 0 },
}
const plan: RunResult['plan'] = {
  ...{ source: 'person', strategy: 'parallel', merge: 'concatenate', max_parallel: 3 },
  tasks: [],
}
const result: RunResult = {
  ...{ run_id: 'r', goal: 'Look', status: 'done', plan, results: [], usage, duration_ms: 1200 },
  merged: { strategy: 'concatenate', decided: false, text: 'All well.', answers: [], findings: [] },
}
const started: RunEvent = { type: 'run.started', goal: 'Look', run_id: 'r' }
const planned: RunEvent = { type: 'run.planned', plan }
const item = (body: ThreadItemBody): RunEvent => ({ type: 'item.updated', item: { id: 'item_1', ...body } })
const task = (task_id: string, state: TaskState): RunEvent =>
  item({ type: 'task', task_id, title: `Title of ${task_id}`, agent: `agent-${task_id}`, state, attempt: 1 })
const finding = (...authors: readonly string[]): RunEvent =>
  item({ type: 'finding', finding: sampleFinding(), authors: [...authors] })

/** What the terminal shows behind each event, drawn then, and at the end; and what was shown of the result. */
async function watched(events: readonly RunEvent[], rows = 24) {
  const shown = new ShownTerminal(90)
  const screen = openLiveScreen({
    write: (text) => shown.write(text),
    size: () => ({ columns: shown.columns, rows }),
    reflows: true,
  })
  let draw = () => {}
  async function* stream() {
    yield* events
  }
  const frames: string[] = []
  const options = {
    ...{ screen, colour: false, nowMs: () => 0 },
    show: async ({ merged }: RunResult) => shown.write(`${merged.text}\n`),
    every: (_: number, act: () => void) => {
      draw = act
      return () => {}
    },
  }
  for await (const _ of renderRunLive(stream(), options)) {
    draw()
    frames.push(shown.lines.join('\n').replace(/[⠀-⣿]/g, '*'))
  }
  return { frames, end: shown.lines.join('\n').trimEnd() }
}

test('tasks that run stand with their agents and findings; what has ended is printed; a flaw that two find counts once', async () => {
  const { frames, end } = await watched([
    ...[started, planned, task('a', 'pending'), task('b', 'pending'), task('c', 'pending')],
    ...[task('a', 'running'), task('b', 'running'), finding('agent-a'), finding('agent-b')],
    ...[task('a', 'done'), { type: 'run.completed', result } as const],
  ])
  expect(frames[0]).toBe('Look\n* 0.0 s  planning')
  expect(frames[8]?.split('\n').slice(2)).toEqual([
    '   0.0 s  a: Title of a, by agent-a, 1 finding',
    '   0.0 s  b: Title of b, by agent-b, 1 finding',
    '  waiting: c',
    '  last found: high src/a.js:2 Variable text is run as code (agent-b)',
    '* 0.0 s  0 of 3 tasks ended, 1 high',
  ])
  expect(frames[9]).toContain('task a: Title of a, by agent-a: done\n')
  expect(end.split('\n')).toEqual([
    'Look',
    '0 tasks, planned for the agents that were named, at most 3 at once',
    'task a: Title of a, by agent-a: done',
    'All well.',
    'done: 0 of 0 tasks done, no findings, 1.2 s',
  ])
})

test('more tasks than there is room for are counted, and no text of an agent drives the terminal', async () => {
  const ids = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j']
  const hostile = item({ type: 'denial', action: 'write', reason: 'no\u001b[2J', layer: 'x', via: 'rule' } as never)
  const { frames } = await watched([started, planned, ...ids.map((id) => task(id, 'running')), hostile], 10)
  const last = frames.at(-1) ?? ''
  expect(last.split('\n').filter((line) => line.includes('Title of'))).toHaveLength(7)
  expect(last).toContain('* 0.0 s  0 of 10 tasks ended, 3 more running')
  expect(last).not.toContain('\u001b[2J')
})
