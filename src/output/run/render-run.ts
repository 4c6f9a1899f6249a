import type { ThreadItem } from '../../plugin-api/index.ts'
import type { RunEvent, RunResult } from '../../plugin-api/run.ts'
import { terminalJson } from '../../plugin-api/terminal-json.ts'
import { terminalLine } from '../../plugin-api/terminal-text.ts'
import { teamMessageLine } from '../agent-lines.ts'
import { taskLine } from '../task-line.ts'
import { sourceText, summaryText, tasksText } from './run-text.ts'

/** Where a run is written to; `err` takes whole lines with their ends. */
export interface RunOutput {
  /** Shows all that came of it. */
  readonly show: (result: RunResult) => Promise<void>
  readonly err: (text: string) => void
}

/** Writes every event of a run as one line of JSON, and hands it on. */
export async function* renderRunJson(
  events: AsyncIterable<RunEvent>,
  write: (line: string) => void,
): AsyncGenerator<RunEvent> {
  for await (const event of events) {
    write(`${terminalJson(event)}\n`)
    yield event
  }
}

/** Writes a run in plain lines: how the tasks stand on `err`, and then its result. Hands the events on. */
export async function* renderRunPlain(
  events: AsyncIterable<RunEvent>,
  { show, err }: RunOutput,
): AsyncGenerator<RunEvent> {
  for await (const event of events) {
    if (event.type === 'run.completed') await show(event.result)
    const line = eventLine(event)
    if (line !== undefined) err(`${terminalLine(line)}\n`)
    yield event
  }
}

/** What an event says, in a line; undefined: nothing that is not said elsewhere. */
export function eventLine(event: RunEvent): string | undefined {
  switch (event.type) {
    case 'run.started':
      return firstLine(event.goal)
    case 'run.planned': {
      const { tasks, source, max_parallel: most } = event.plan
      return `${tasksText(tasks.length)}, ${sourceText[source]}, at most ${most} at once`
    }
    case 'run.completed':
      return summaryText(event.result)
    default:
      return itemLine(event.item, event.type)
  }
}

/** Findings are told with the result, once each. */
function itemLine(item: ThreadItem, phase: string): string | undefined {
  switch (item.type) {
    case 'task':
      // A task that is assigned begins at once, and all are pending at first.
      return item.state === 'pending' ||
        item.state === 'assigned' ||
        (item.state === 'running' && item.thread_id === undefined)
        ? undefined
        : `task ${taskLine(item)}`
    case 'team_message':
      return teamMessageLine(item)
    case 'denial':
      return `denied: ${item.reason} [${item.layer}]`
    case 'error':
      return phase === 'item.completed' ? `warning: ${item.message}` : undefined
    case 'notice':
      return item.message
    default:
      return undefined
  }
}

const maxGoalLength = 200

function firstLine(goal: string): string {
  const [line = ''] = goal.trim().split('\n', 1)
  return line.length > maxGoalLength || line !== goal.trim() ? `${line.slice(0, maxGoalLength).toWellFormed()} …` : line
}
