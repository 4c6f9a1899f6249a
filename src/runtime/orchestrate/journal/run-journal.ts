import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { clockMs } from '../../../kernel/clock-ms.ts'
import { type HeldLock, takeLock } from '../../../kernel/file-lock.ts'
import { CodexError } from '../../../plugin-api/errors.ts'
import { openRecordFile } from '../../../thread/record-file.ts'
import { redactValue } from '../../../tools/redact-value.ts'
import type { JournalLineType, JournalPayload } from './journal-lines.ts'

/** Of the lines of a journal. One of another version is not read. */
export const journalVersion = 1

/** How often a run says that it still holds its journal. */
const renewMs = 60_000

/** The durable record of one run, which this process alone may add to until it is closed. */
export interface RunJournal {
  readonly file: string
  /** Adds a line, without secrets. It is with the operating system when this returns. @throws CodexError `run.unwritable` */
  write<Type extends JournalLineType>(type: Type, payload: JournalPayload<Type>): void
  /** Says that the run still goes on, to those who look from another machine. */
  renew(): void
  /** Hands the journal to the disk and gives the run back. @throws CodexError `run.unwritable` */
  close(): Promise<void>
}

/** What a journal is opened with. */
export interface JournalDeps {
  now(): Date
  /** Takes secrets out of a text. */
  redact(text: string): string
}

/** Where runs are kept: a directory for each, named by its id. */
export const runsDirectory = (codexHome: string): string => join(codexHome, 'runs')

/** The journal of a run. */
export const journalFile = (codexHome: string, runId: string): string =>
  join(runsDirectory(codexHome), runId, 'journal.jsonl')

/**
 * Opens the journal of a run to add to it; a torn last line is cut off. The lock of a process that died is taken over.
 *
 * @throws CodexError `run.busy`, `run.unwritable`
 */
export async function openJournal(codexHome: string, runId: string, { now, redact }: JournalDeps): Promise<RunJournal> {
  const file = journalFile(codexHome, runId)
  const lock = await lockOf(codexHome, runId, file)
  try {
    const writer = openRecordFile(file, unwritable)
    let renewedMs = clockMs()
    return {
      file,
      write(type, payload) {
        writer.write(
          `${JSON.stringify({ timestamp: now().toISOString(), type, payload: redactValue(payload, redact) })}\n`,
        )
      },
      renew() {
        if (clockMs() - renewedMs < renewMs) return
        renewedMs = clockMs()
        lock.renew()
      },
      async close() {
        try {
          await writer.sync()
        } finally {
          await writer.close().finally(lock.release)
        }
      },
    }
  } catch (error) {
    await lock.release()
    throw error
  }
}

async function lockOf(codexHome: string, runId: string, file: string): Promise<HeldLock> {
  try {
    mkdirSync(join(runsDirectory(codexHome), runId), { recursive: true, mode: 0o700 })
    const lock = await takeLock(join(runsDirectory(codexHome), runId, 'lock'))
    if ('release' in lock) return lock
    const who =
      lock.holder === undefined
        ? 'another process'
        : `process ${lock.holder}${lock.host === undefined ? '' : ` of ${lock.host}`}`
    const when = lock.since === undefined ? '' : ` since ${lock.since}`
    throw new CodexError('run.busy', `Run ${runId} is carried out by ${who}${when}; nothing was done`, {
      hint: 'Wait until it has ended, or end it; then resume the run again.',
      location: { file },
    })
  } catch (error) {
    throw error instanceof CodexError ? error : unwritable(file, error)
  }
}

function unwritable(file: string, cause: unknown): CodexError {
  const why = cause instanceof Error ? cause.message.replace(/, \w+ '.*'$/s, '') : String(cause)
  return new CodexError('run.unwritable', `The journal ${file} cannot be written: ${why}`, {
    hint: 'Free space on the disk of CODEX_HOME, or make it writable; then resume the run.',
    location: { file },
    cause,
  })
}
