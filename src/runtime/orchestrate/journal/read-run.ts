import { existsSync } from 'node:fs'
import { CodexError } from '../../../plugin-api/errors.ts'
import { readRecordLines } from '../../../thread/library/read-record-lines.ts'
import { checkLine, type JournalLine } from './journal-lines.ts'
import { journalFile, journalVersion } from './run-journal.ts'
import { type RunRecord, recordOfLines } from './run-record.ts'

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

function damaged(file: string, line: number, why: string): CodexError {
  return new CodexError('run.damaged', `Line ${line} of the journal ${file} cannot be read: ${why}`, {
    hint: 'Nothing was done. Put a copy of the file in its place, or begin a new run; the threads of its tasks are kept: codex threads list.',
    location: { file, line },
  })
}
