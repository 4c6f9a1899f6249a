import type { KeptTask } from '../../../orchestration/kept-task.ts'
import type { JournalLine, JournalPayload } from './journal-lines.ts'

/** What is kept of a run: what it goes on from. */
export interface RunRecord {
  readonly started: JournalPayload<'run_started'>
  /** RFC 3339, UTC. */
  readonly startedAt: string
  /** Absent: it was stopped before it had a plan. */
  readonly planned?: JournalPayload<'run_planned'>
  /** How its tasks stand, by id; one that is not there was not looked at yet. */
  readonly tasks: ReadonlyMap<string, KeptTask>
  /** What the budgets have counted, by scope. */
  readonly spent: JournalPayload<'spent'>
  readonly scored: readonly JournalPayload<'scored'>[]
  /** Absent: it was killed, or it runs. */
  readonly ended?: JournalPayload<'run_ended'>
  /** Milliseconds that processes worked on it. */
  readonly durationMs: number
}

/** Reads a run out of the lines of its journal; undefined where the first is not its beginning. */
export function recordOfLines(lines: Iterable<JournalLine>): RunRecord | undefined {
  let first: Extract<JournalLine, { type: 'run_started' }> | undefined
  let planned: RunRecord['planned']
  let ended: RunRecord['ended']
  let spent: RunRecord['spent'] = {}
  const tasks = new Map<string, KeptTask>()
  const scored: JournalPayload<'scored'>[] = []
  let [earlierMs, begunMs, lastMs] = [0, 0, 0]
  for (const line of lines) {
    const timeMs = Date.parse(line.timestamp)
    if (first === undefined) {
      if (line.type !== 'run_started') return undefined
      first = line
      begunMs = timeMs
    }
    if (line.type === 'run_resumed') {
      earlierMs += Math.max(0, lastMs - begunMs)
      begunMs = timeMs
      ended = undefined
    } else if (line.type === 'run_planned') planned = line.payload
    else if (line.type === 'task') tasks.set(line.payload.task, joined(tasks.get(line.payload.task), line.payload))
    else if (line.type === 'spent') spent = line.payload
    else if (line.type === 'scored') scored.push(line.payload)
    else if (line.type === 'run_ended') ended = line.payload
    lastMs = timeMs
  }
  if (first === undefined) return undefined
  return {
    ...{ started: first.payload, startedAt: first.timestamp, tasks, spent, scored },
    ...(planned && { planned }),
    ...(ended && { ended }),
    durationMs: ended?.duration_ms ?? earlierMs + Math.max(0, lastMs - begunMs),
  }
}

/** Whether nothing of a run is left to be done: it ended, and no task of it is blocked or was cancelled. */
export function isComplete({ ended, planned, tasks }: RunRecord): boolean {
  if (ended === undefined || ended.status === 'interrupted' || planned === undefined) return false
  return planned.tasks.every(({ task }) => {
    const state = tasks.get(task)?.state
    return state === 'done' || state === 'failed'
  })
}

/** A result stays until there is another one. */
function joined(before: KeptTask | undefined, now: KeptTask): KeptTask {
  const result = now.result ?? before?.result
  return result === undefined ? now : { ...now, result }
}
