import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { withLock } from '../../config/with-lock.ts'
import { appendLine } from '../library/append-line.ts'

/** A turn whose changes can be taken back. */
export interface RecordedTurn {
  /** Of the turn. */
  readonly turn: string
  /** Its thread. */
  readonly thread: string
  /** `undo`: an undo itself, which can be taken back too. */
  readonly kind: 'turn' | 'undo'
  /** What was asked, or what was undone. */
  readonly title: string
  /** RFC 3339, UTC. */
  readonly started: string
  /** Git tree before its first action that can write; absent where undo is off for it. */
  readonly before?: string
  /** Git tree at its end; absent where it is running, or its program was ended. */
  readonly after?: string
  /** True where its program was ended, and `after` is what was found later. */
  readonly unended?: boolean
  /** Why undo is off for it. */
  readonly off?: string
  /** Files that were too large. */
  readonly leftOut: readonly string[]
  /** True where it was taken back. */
  readonly undone: boolean
  /** Of its beginning in the order of all that is recorded. */
  readonly begunAt: number
  /** Of its end in that order; absent where it has none. */
  readonly endedAt?: number
}

type LogLine =
  | ({ readonly type: 'begin' } & Pick<RecordedTurn, 'turn' | 'thread' | 'kind' | 'title' | 'started' | 'leftOut'> & {
        readonly before?: string
        readonly off?: string
      })
  | { readonly type: 'end'; readonly turn: string; readonly after: string }
  | { readonly type: 'undone'; readonly turns: readonly string[] }

/** Appends what happened; a line that was written stays whole. @throws the `node:fs` error */
export async function writeUndoLog(directory: string, line: LogLine): Promise<void> {
  await holdUndoLog(directory, () => appendLine(undoLogFile(directory), line))
}

/** Where the turns of a workspace stand. */
export function undoLogFile(directory: string): string {
  return join(directory, 'turns.jsonl')
}

/** Lets nobody else write while `work` does: a line may be appended while others are taken out. @throws what `work` throws */
export async function holdUndoLog<Result>(directory: string, work: () => Promise<Result>): Promise<Result> {
  return await withLock(`${undoLogFile(directory)}.lock`, work)
}

/** The turns of a workspace, oldest first. Lines that cannot be read are passed over. @throws the `node:fs` error */
export async function readUndoLog(directory: string): Promise<readonly RecordedTurn[]> {
  const text = await readFile(undoLogFile(directory), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return ''
    throw error
  })
  const turns = new Map<string, RecordedTurn>()
  for (const [index, each] of text.split('\n').entries()) {
    const line = parse(each)
    if (line?.type === 'begin') {
      const { type: _, ...turn } = line
      turns.set(line.turn, { ...turn, undone: false, begunAt: index })
    }
    if (line?.type === 'end') {
      const turn = turns.get(line.turn)
      if (turn) turns.set(line.turn, { ...turn, after: line.after, endedAt: index })
    }
    if (line?.type === 'undone') {
      for (const id of line.turns) {
        const turn = turns.get(id)
        if (turn) turns.set(id, { ...turn, undone: true })
      }
    }
  }
  return [...turns.values()]
}

function parse(line: string): LogLine | undefined {
  try {
    const value = JSON.parse(line) as LogLine | null // written by this file alone
    return value && typeof value.type === 'string' ? value : undefined
  } catch {
    return undefined
  }
}
