import type { ThreadEvent } from '../plugin-api/index.ts'
import { rolloutText } from './rollout-lines.ts'
import type { RecordWriter } from './thread-store.ts'

/** An open rollout: the durable record of one thread. */
export interface Rollout {
  readonly file: string
  /** Writes what the event leaves in the record. It is with the operating system when this returns. @throws CodexError `rollout.unwritable` */
  append(event: ThreadEvent, turnId: string): void
  /** Hands the record to the disk; called at the end of a turn. @throws CodexError `rollout.unwritable` */
  sync(): Promise<void>
  close(): Promise<void>
}

/** The rollout that a record's writer writes: one JSON value per line (docs/reference/rollout.md), the first with the number `ordinal`. */
export function rolloutOf(writer: RecordWriter, first: { readonly ordinal: number }, deps: { now(): Date }): Rollout {
  let { ordinal } = first
  let begun: Date | undefined
  return {
    file: writer.file,
    append(event, turnId) {
      const now = deps.now()
      if (event.type === 'turn.started') begun = now
      const time = begun && { begun, now }
      const { text, count } = rolloutText(event, turnId, { ordinal, timestamp: now.toISOString(), time })
      if (count === 0) return
      writer.write(text)
      ordinal += count
    },
    sync: () => writer.sync(),
    close: () => writer.close(),
  }
}
