import type { FileIdentity } from './pinned-directory.ts'

/**
 * What the program and its file worker say to each other. A message is four bytes that say how long its JSON is, the JSON, and the
 * contents that the JSON gives the sizes of, one behind the other. One request is carried out at a time.
 */
export type WorkerRequest =
  /** First, once. Without an answer. */
  | { readonly type: 'setup'; readonly guarded?: GuardedPlaces }
  /** Writes all files or none. Answered by `staged`, `placed` and `done`; or, at any of these places, by `failed`. */
  | {
      readonly type: 'apply'
      readonly id: string
      readonly files: readonly RequestedWrite[]
      /** True: what is staged waits for `commit`, or is dropped at `abandon`. */
      readonly waits: boolean
    }
  | { readonly type: 'commit' }
  | { readonly type: 'abandon' }
  /** Undoes what a worker that ended had begun, or clears away behind it. Answered by `done` or `failed`. */
  | ({ readonly type: 'recover' } & BegunWrites)

/** The directories that protected paths are about, as `Places` has them. */
export interface GuardedPlaces {
  readonly workspaceRoot: string
  readonly codexHome: string
  readonly homeDir: string
  readonly tempDir: string
}

export interface RequestedWrite {
  readonly path: string
  readonly realPath: string
  readonly change: 'create' | 'update' | 'delete'
  /** Of the content behind the JSON. Absent: the file is deleted. */
  readonly sizeBytes?: number
  readonly mode?: number
  readonly executable?: boolean
  readonly link?: boolean
  /** The nearest directory above that is there, as it looks from outside. */
  readonly within: SeenDirectory
}

export interface SeenDirectory extends FileIdentity {
  readonly path: string
}

/** What has to be known of writes to undo them, or to clear away behind them. */
export interface BegunWrites {
  readonly id: string
  /** True: all files are in place, and stay. */
  readonly isPlaced: boolean
  readonly files: readonly {
    readonly realPath: string
    /** What was written aside for it; null for a deletion, and where it is not known. */
    readonly written: FileIdentity | null
  }[]
  /** Directories that were missing, outermost first. */
  readonly made: readonly string[]
}

export type WorkerReply =
  | { readonly type: 'staged'; readonly written: readonly (FileIdentity | null)[] }
  /** All files are in place; what was there before still lies beside them. */
  | { readonly type: 'placed' }
  | { readonly type: 'done' }
  | { readonly type: 'failed'; readonly error: ReportedError }

/** What crosses of an error: of a CodexError its hint too, of another one the code that `node:fs` gave. */
export interface ReportedError {
  readonly isCodexError: boolean
  readonly code: string
  readonly message: string
  readonly hint?: string
  readonly path?: string
}

/** Of the JSON of one message: enough for some hundred thousand files. */
const maxJsonBytes = 64 * 1024 * 1024
/** Of one file: no text is longer (buffer.constants.MAX_STRING_LENGTH). */
export const maxContentBytes = 512 * 1024 * 1024

export function encodeMessage(message: WorkerRequest | WorkerReply): Buffer {
  const json = Buffer.from(JSON.stringify(message))
  if (json.length > maxJsonBytes) throw new RangeError(`a message to the file worker has ${json.length} bytes`)
  const bytes = Buffer.allocUnsafe(4 + json.length)
  bytes.writeUInt32BE(json.length)
  json.copy(bytes, 4)
  return bytes
}

/** How long the JSON is that follows these four bytes. @throws RangeError for what cannot be */
export function jsonBytes(head: Uint8Array): number {
  const length = Buffer.from(head.buffer, head.byteOffset, 4).readUInt32BE()
  if (length === 0 || length > maxJsonBytes) throw new RangeError(`a message of ${length} bytes cannot be`)
  return length
}
