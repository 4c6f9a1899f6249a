import type { Finding, ThreadItem } from '../../plugin-api/index.ts'
import type { RunEvent, RunResult } from '../../plugin-api/run.ts'
import type { Severity } from '../../plugin-api/severity.ts'
import { terminalLine } from '../../plugin-api/terminal-text.ts'
import { colours } from '../colours.ts'
import { durationText } from '../duration-text.ts'
import type { LiveScreen } from '../live/live-screen.ts'
import { spinnerFrame } from '../live/spinner-frame.ts'
import type { Span } from '../wrap-spans.ts'
import { eventLine } from './render-run.ts'
import { severityCounts } from './run-text.ts'

type TaskItem = Extract<ThreadItem, { type: 'task' }>

/** Where a run is drawn. */
export interface RunLiveOptions {
  /** stderr's terminal. */
  readonly screen: LiveScreen
  readonly colour: boolean
  /** Shows all that came of the run, once nothing is drawn any more. */
  readonly show: (result: RunResult) => Promise<void>
  /** A clock, in milliseconds. */
  readonly nowMs: () => number
  /** Calls back again and again until the result is called. */
  readonly every: (intervalMs: number, act: () => void) => () => void
}

/** How often the live rows are drawn. */
const frameMs = 80

/**
 * Shows a run on a terminal as it happens: what has ended is printed for good; below it stand the tasks that run with their agents, those that
 * wait, what was found last, and how much there is by now.
 */
export async function* renderRunLive(
  events: AsyncIterable<RunEvent>,
  { screen, colour, show, nowMs, every }: RunLiveOptions,
): AsyncGenerator<RunEvent> {
  const paint = colours(colour)
  const board = openRunBoard(nowMs)
  let tick = 0
  const draw = () => {
    tick += 1
    const rows = board.rows(screen.maxRows, spinnerFrame(tick))
    screen.show(rows.map((text, index): Span => ({ text, paint: index === rows.length - 1 ? paint.cyan : paint.dim })))
  }
  const stop = every(frameMs, draw)
  try {
    for await (const event of events) {
      board.note(event)
      if (event.type === 'run.completed') {
        stop()
        screen.close()
        await show(event.result)
      }
      const line = 'item' in event && isRunning(event.item) ? undefined : eventLine(event)
      if (line !== undefined) {
        if ('item' in event) draw() // else the rows below it would not know of it
        screen.print(lookOf(event, paint)(terminalLine(line)))
      }
      yield event
    }
  } finally {
    stop()
    screen.close()
  }
}

/** What stands in the live rows already. */
const isRunning = (item: ThreadItem): boolean => item.type === 'task' && item.state === 'running'

function lookOf(event: RunEvent, paint: ReturnType<typeof colours>) {
  if (event.type === 'run.started') return paint.bold
  if (!('item' in event)) return paint.dim
  if (event.item.type === 'denial' || event.item.type === 'error') return paint.red
  if (event.item.type !== 'task') return paint.dim
  if (event.item.state === 'done') return paint.green
  return event.item.state === 'failed' ? paint.red : paint.yellow
}

/** How a run stands, in rows. */
interface RunBoard {
  note(event: RunEvent): void
  /** At most so many rows; the last one says how much there is. */
  rows(count: number, frame: string): readonly string[]
}

function openRunBoard(nowMs: () => number): RunBoard {
  const tasks = new Map<string, { readonly item: TaskItem; readonly sinceMs: number }>()
  /** By rule and place, so that what two agents find counts once. */
  const found = new Map<string, { readonly severity: Severity; readonly agents: Set<string> }>()
  const begunAtMs = nowMs()
  let isPlanned = false
  let last = ''
  const countOf = (agent: string | null) =>
    [...found.values()].filter(({ agents }) => agent !== null && agents.has(agent)).length
  const inState = (...states: readonly TaskItem['state'][]) =>
    [...tasks.values()].filter(({ item }) => states.includes(item.state))

  return {
    note(event) {
      if (event.type === 'run.planned') isPlanned = true
      if (!('item' in event)) return
      const { item } = event
      if (item.type === 'task') {
        const before = tasks.get(item.task_id)
        const goesOn = before?.item.state === item.state && before.item.attempt === item.attempt
        tasks.set(item.task_id, { item, sinceMs: goesOn ? before.sinceMs : nowMs() })
      }
      if (item.type !== 'finding') return
      const { finding, authors = [] } = item
      const key = placeOf(finding)
      const known = found.get(key) ?? { severity: finding.severity, agents: new Set<string>() }
      for (const author of authors) known.agents.add(author)
      found.set(key, known)
      last = `${finding.severity} ${finding.file}:${finding.range.start.line} ${finding.message} (${authors.join(', ')})`
    },
    rows(count, frame) {
      const running = inState('assigned', 'running').map(({ item, sinceMs }) => {
        const findings = countOf(item.agent)
        const again = item.attempt > 1 ? `, attempt ${item.attempt}` : ''
        const many = findings === 0 ? '' : `, ${findings} ${findings === 1 ? 'finding' : 'findings'}`
        const who = item.agent === null ? '' : `, by ${item.agent}`
        return `  ${durationText(nowMs() - sinceMs).padStart(6)}  ${item.task_id}: ${item.title}${who}${again}${many}`
      })
      const waiting = inState('pending').map(({ item }) => item.task_id)
      const more = [
        ...(waiting.length > 0 ? [`  waiting: ${waiting.join(', ')}`] : []),
        ...(last === '' ? [] : [`  last found: ${last}`]),
      ]
      const room = Math.max(0, count - 1 - more.length)
      const shown = running.slice(0, room)
      const left = running.length - shown.length
      const ended = inState('done', 'failed', 'blocked', 'cancelled').length
      const said = [
        isPlanned ? `${ended} of ${tasks.size} tasks ended` : 'planning',
        ...(left > 0 ? [`${left} more running`] : []),
        ...severityCounts([...found.values()]),
      ]
      const sum = `${frame} ${durationText(nowMs() - begunAtMs)}  ${said.join(', ')}`
      return [...shown, ...more, sum].slice(-count).map(terminalLine)
    },
  }
}

const placeOf = ({ rule, file, range }: Finding): string => `${rule} ${file}:${range.start.line}`
