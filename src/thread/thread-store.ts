import type { RolloutLine } from './rollout-lines.ts'
import type { ThreadRecord } from './thread-record.ts'

/** The record of one thread, as its store knows it. */
export interface KeptRecord {
  readonly threadId: string
  /** Absolute path; another store's own name for it. Those of threads that were begun later sort behind. */
  readonly file: string
  /** Whether it was put away. */
  readonly archived: boolean
}

/** What tells that a record has changed. */
export interface RecordState {
  readonly sizeBytes: number
  readonly modifiedMs: number
}

/** A line of a record. */
export interface RecordLine {
  /** Undefined where it is no JSON object of the known shape. */
  readonly line: RolloutLine | undefined
  /** Bytes of the record up to and with it; of an unfinished one, up to it. */
  readonly end: number
  /** True for a last line that is whole but for its newline: the next writer may add that. */
  readonly unfinished?: true
}

/** A record that this process alone may add to, until it is closed. */
export interface RecordWriter {
  /** As in `KeptRecord`. */
  readonly file: string
  /** Adds whole lines, all or none. They are with the operating system when this returns. @throws CodexError `rollout.unwritable` */
  write(text: string): void
  /** Hands the record to the disk. @throws CodexError `rollout.unwritable` */
  sync(): Promise<void>
  close(): Promise<void>
}

/** A thread that is gone on with. */
export interface StoredThread {
  readonly kept: KeptRecord
  readonly record: ThreadRecord
  /** Of the record, as it was read. */
  readonly sizeBytes: number
}

/**
 * Where threads are kept: the one border between the program and what holds its records. Files below CODEX_HOME are one
 * (`file-store.ts`). What is asked of records (find, list, search, fork) is worked out above it, by functions that take a store.
 * It lies on this machine: what only reads is synchronous.
 */
export interface ThreadStore {
  /** All of them, in no order. @throws CodexError `rollout.unreadable` */
  records(): readonly KeptRecord[]
  /** Undefined for one that is gone. */
  stateOf(record: KeptRecord): RecordState | undefined
  /**
   * Whole lines behind the first `offset` bytes, in memory bounded by the longest one. A last line that is being written, or torn, is
   * left out. @throws CodexError `rollout.unreadable`
   */
  lines(record: KeptRecord, offset: number): Iterable<RecordLine>
  /** Begins a record. @throws CodexError `thread.busy`, `rollout.unwritable` */
  create(threadId: string): Promise<RecordWriter>
  /** Goes on with one that was read; a torn last line is cut off. @throws CodexError `thread.busy`, `rollout.unwritable` */
  reopen(thread: StoredThread): Promise<RecordWriter>
  /** Keeps a whole record at once, or nothing of it. @throws CodexError `rollout.unwritable` */
  add(threadId: string, text: string): Promise<void>
  /** @throws CodexError `thread.busy` where a process adds to that thread */
  assertFree(threadId: string): void
  /** Puts a record away, compressed. @throws CodexError `thread.busy`, `rollout.unreadable`, `rollout.unwritable` */
  archive(record: KeptRecord, signal: AbortSignal): Promise<void>
  /** Takes it out again, to where it was. @throws CodexError `thread.busy`, `rollout.unreadable`, `rollout.unwritable` */
  unarchive(record: KeptRecord, signal: AbortSignal): Promise<void>
  /** For good. @throws CodexError `thread.busy`, `rollout.unwritable` */
  delete(record: KeptRecord): Promise<void>
  /** What people called threads, by id; in the order in which they were called so. */
  names(): Promise<ReadonlyMap<string, string>>
  /** An empty name takes the name away. @throws CodexError `rollout.unwritable` */
  rename(threadId: string, name: string): Promise<void>
}
