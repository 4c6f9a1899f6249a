import type { ThreadEvent, ThreadItem } from '../../plugin-api/index.ts'
import { terminalLine, terminalText } from '../../plugin-api/terminal-text.ts'
import { rowsOf } from '../cell-width.ts'
import { shownCommand, withoutLooks } from '../command-text.ts'
import { durationText } from '../duration-text.ts'
import { spinnerFrame } from './spinner-frame.ts'

/** What a thread does at the moment. */
export interface Activity {
  /** Takes note of an event. */
  note(event: ThreadEvent): void
  /** Whether it is a command or a call that has begun and not ended. */
  isWork(itemId: string): boolean
  /** One line about it; `tick` counts up while nothing happens. */
  line(tick: number): string
  /** The last lines that the running command has said, harmless, at most so many of so many cells. */
  outputRows(count: number, cells: number): readonly string[]
}

interface Work {
  readonly what: string
  readonly sinceMs: number
  /** The end of what it has said. */
  said: string
  /** How far it says that it is. */
  progress: string
}

/** Of what a running command says so much is kept. */
const maxSaid = 4000

/** Follows a thread: which command or call runs, and for how long; else that the model is waited for. */
export function openActivity(nowMs: () => number): Activity {
  const works = new Map<string, Work>()
  let sinceMs = nowMs()
  let isWriting = false
  let hasBegun = false
  const current = (): Work | undefined => [...works.values()].at(-1)

  return {
    note(event) {
      if (event.type === 'item.delta') {
        const work = works.get(event.item_id)
        if (work) work.said = (work.said + event.delta).slice(-maxSaid)
        else isWriting = true
        return
      }
      if (event.type === 'item.started' || event.type === 'item.updated') {
        const what = workOf(event.item)
        const known = works.get(event.item.id)
        if (what === undefined) return
        const work = known ?? { what, sinceMs: nowMs(), said: '', progress: '' }
        if (event.item.type === 'tool_call') work.progress = event.item.summary
        works.set(event.item.id, work)
      }
      if (event.type === 'item.completed') {
        if (event.item.type === 'agent_message') isWriting = false
        if (works.delete(event.item.id)) sinceMs = nowMs()
      }
      if (event.type === 'turn.started') {
        hasBegun = true
        sinceMs = nowMs()
      }
    },
    isWork: (itemId) => works.has(itemId),
    line(tick) {
      const work = current()
      const frame = spinnerFrame(tick)
      const elapsed = durationText(nowMs() - (work?.sinceMs ?? sinceMs))
      if (!work)
        return `${frame} ${elapsed}  ${isWriting ? 'writing' : hasBegun ? 'waiting for the model' : 'starting'}`
      const progress = work.progress === '' ? '' : `  ${terminalLine(work.progress)}`
      return `${frame} ${elapsed}  ${work.what}${progress}`
    },
    outputRows(count, cells) {
      const said = withoutLooks(current()?.said ?? '').trimEnd()
      return said === '' ? [] : tailRows(said, count, cells)
    },
  }
}

/** The last rows of a text, harmless and without tabs. */
export function tailRows(text: string, count: number, cells: number): readonly string[] {
  // Of a long text the end alone is looked at: each draw would else read all of it.
  const end = text.slice(-count * cells * 2).toWellFormed()
  return rowsOf(terminalText(end).replaceAll('\t', '    '), cells).slice(-count)
}

/** What an item that has begun does, on one line; undefined for one that is no work. */
function workOf(item: ThreadItem): string | undefined {
  switch (item.type) {
    case 'command_execution':
      return `running ${terminalLine(shownCommand(item.command).trim().split('\n', 1)[0] ?? '')}`
    case 'tool_call':
      return terminalLine(item.tool)
    case 'mcp_tool_call':
      return terminalLine(`${item.server}.${item.tool}`)
    case 'collab_tool_call':
      return item.tool === 'wait' ? 'waiting for agents' : terminalLine(item.tool)
    case 'web_search':
      return terminalLine(`searching ${item.query}`)
    case 'file_change':
      return 'changing files'
    default:
      return undefined
  }
}
