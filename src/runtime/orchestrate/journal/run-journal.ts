import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { clockMs } from '../../../kernel/clock-ms.ts'
import { type HeldLock, takeLock } from '../../../kernel/file-lock.ts'
import { CodexError } from '../../../plugin-api/errors.ts'
import { readRecordLines } from '../../../thread/library/read-record-lines.ts'
import { openRecordFile } from '../../../thread/record-file.ts'
import { redactValue } from '../../../tools/redact-value.ts'
import {
  checkLine,
  type JournalLine,
  type JournalLineType,
  type JournalPayload,
  journalVersion,
} from './journal-lines.ts'
import { type RunRecord, recordOfLines } from './run-record.ts'

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

/**
 * What is kept of a run; undefined where there is no journal, or its first line was not written whole.
 *
 * @throws CodexError `run.damaged` with the line, where one that others follow cannot be read
 */
export function readRun(codexHome: string, runId: string): RunRecord | undefined {
  const file = journalFile(codexHome, runId)
  if (!existsSync(file)) return undefined
  const lines = [...journalLines(file)]
  const record = recordOfLines(lines)
  if (record === undefined && lines.length > 0) throw damaged(file, 1, 'it begins with no run_started')
  return record
}

/** @throws CodexError `run.damaged` */
export function* journalLines(file: string): Generator<JournalLine> {
  let number = 0
  for (const { line } of recordLines(file)) {
    number += 1
    if (line === undefined) throw damaged(file, number, 'it is no JSON object with a type and a payload')
    if (line.type === 'run_started' && line.payload.version !== journalVersion) {
      throw damaged(
        file,
        number,
        `this version reads journals of version ${journalVersion}, and this is one of version ${String(line.payload.version)}`,
      )
    }
    const checked = checkLine(line)
    if (typeof checked === 'string') throw damaged(file, number, checked)
    yield checked
  }
}

function* recordLines(file: string) {
  try {
    yield* readRecordLines(file, 0)
  } catch (cause) {
    const why = cause instanceof CodexError && cause.cause instanceof Error ? cause.cause.message : String(cause)
    throw new CodexError('run.damaged', `The journal ${file} cannot be read: ${why}`, {
      hint: 'Make the file readable for you, or begin a new run.',
      location: { file },
      cause,
    })
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

function damaged(file: string, line: number, why: string): CodexError {
  return new CodexError('run.damaged', `Line ${line} of the journal ${file} cannot be read: ${why}`, {
    hint: 'Nothing was done. Put a copy of the file in its place, or begin a new run; the threads of its tasks are kept: codex threads list.',
    location: { file, line },
  })
}

function unwritable(file: string, cause: unknown): CodexError {
  const why = cause instanceof Error ? cause.message.replace(/, \w+ '.*'$/s, '') : String(cause)
  return new CodexError('run.unwritable', `The journal ${file} cannot be written: ${why}`, {
    hint: 'Free space on the disk of CODEX_HOME, or make it writable; then resume the run.',
    location: { file },
    cause,
  })
}
