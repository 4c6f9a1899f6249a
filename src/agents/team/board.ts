import type { BoardEntry } from '../../plugin-api/agent-team.ts'
import type { AgentPath } from '../../plugin-api/agent-tree.ts'
import { CodexError } from '../../plugin-api/errors.ts'
import { grouped } from '../../plugin-api/grouped.ts'

/** Bounds of one board. */
export const boardBounds = { keys: 256, valueBytes: 32_768, totalBytes: 1_048_576 } as const

/** Values under keys that the agents of a run share. */
export interface Board {
  /** @throws CodexError `agents.board` for a key that is none */
  get(key: string): BoardEntry | undefined
  /** All whose keys begin so, by key. */
  list(prefix: string): readonly BoardEntry[]
  /**
   * Sets a value, or takes it away with null, where `version` is the one that stands there (0: nothing does).
   *
   * @throws CodexError `agents.board` for a key that is none and where it is full, `agents.board_version`
   */
  set(change: {
    readonly key: string
    readonly value: string | null
    readonly version: number
    readonly author: AgentPath
  }): BoardEntry | undefined
}

/** An empty one. */
export function createBoard(): Board {
  const entries = new Map<string, BoardEntry>()
  let changes = 0
  let usedBytes = 0
  return {
    get: (key) => entries.get(asKey(key)),
    list: (prefix) =>
      [...entries.values()].filter(({ key }) => key.startsWith(prefix)).toSorted((a, b) => (a.key < b.key ? -1 : 1)),
    set({ key, value, version, author }) {
      const before = entries.get(asKey(key))
      if (version !== (before?.version ?? 0)) throw otherVersion(key, version, before)
      const room = usedBytes - (before ? sizeOf(before) : 0)
      if (value === null) {
        entries.delete(key)
        usedBytes = room
        return undefined
      }
      const entry = { key, value, version: changes + 1, author }
      assertRoom(entry, before ? entries.size : entries.size + 1, room + sizeOf(entry))
      changes += 1
      usedBytes = room + sizeOf(entry)
      entries.set(key, entry)
      return entry
    },
  }
}

function asKey(key: string): string {
  if (/^[A-Za-z0-9][A-Za-z0-9._/-]{0,127}$/.test(key)) return key
  throw new CodexError('agents.board', `${JSON.stringify(key.slice(0, 140))} is no key of the board`, {
    hint: 'A key is 1 to 128 letters, digits, ".", "_", "-" and "/", and begins with a letter or a digit.',
  })
}

function sizeOf({ key, value }: BoardEntry): number {
  return Buffer.byteLength(key) + Buffer.byteLength(value)
}

function assertRoom(entry: BoardEntry, keys: number, totalBytes: number): void {
  const bytes = Buffer.byteLength(entry.value)
  const problem =
    bytes > boardBounds.valueBytes
      ? `A value of ${grouped(bytes)} bytes is too large: at most ${grouped(boardBounds.valueBytes)}`
      : keys > boardBounds.keys
        ? `The board has ${grouped(boardBounds.keys)} keys already, and no more fit`
        : totalBytes > boardBounds.totalBytes
          ? `The board would hold ${grouped(totalBytes)} bytes: at most ${grouped(boardBounds.totalBytes)}`
          : undefined
  if (problem !== undefined)
    throw new CodexError('agents.board', problem, { hint: 'Keep less under it, or take keys away that nobody needs.' })
}

function otherVersion(key: string, version: number, now: BoardEntry | undefined): CodexError {
  const stands = now ? `it has version ${now.version}, set by ${now.author}` : 'nothing stands there'
  return new CodexError('agents.board_version', `${key} was not set: version ${version} was expected, and ${stands}`, {
    hint: 'Read it again with board_get, and set it with the version that you read (0 where nothing stands there).',
  })
}
