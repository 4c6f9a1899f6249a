import { readdirSync } from 'node:fs'
import { nearestNames } from '../../../kernel/nearest-names.ts'
import { CodexError, isCodexError } from '../../../plugin-api/errors.ts'
import { readRun } from './read-run.ts'
import { runsDirectory } from './run-journal.ts'
import type { RunRecord } from './run-record.ts'

/** A run that is kept. */
export interface KeptRun {
  readonly runId: string
  readonly record: RunRecord
}

/** Ids of all runs that are kept, the newest first. */
export function runIds(codexHome: string): readonly string[] {
  try {
    const entries = readdirSync(runsDirectory(codexHome), { withFileTypes: true })
    return entries
      .flatMap((entry) => (entry.isDirectory() ? entry.name : []))
      .sort()
      .reverse() // an id begins with its time
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw error
  }
}

/**
 * The run of an id or the beginning of one, or the newest of this directory (`last`).
 *
 * @throws CodexError `run.not_found`, `run.elsewhere` for one of another directory, `run.damaged`
 */
export function findRun(
  said: string,
  { codexHome, cwd }: { readonly codexHome: string; readonly cwd: string },
): KeptRun {
  const ids = runIds(codexHome)
  const found = said === 'last' ? newestOf(cwd, ids, codexHome) : named(said.toLowerCase(), ids, codexHome)
  if (!found) throw notFound(said, ids)
  const place = found.record.started.cwd
  if (place === cwd) return found
  throw new CodexError('run.elsewhere', `Run ${found.runId} works in ${place}, and this is ${cwd}`, {
    hint: `Resume it there: cd ${place}`,
  })
}

function named(said: string, ids: readonly string[], codexHome: string): KeptRun | undefined {
  const begun = said.length < 8 ? [] : ids.filter((id) => id.startsWith(said))
  const runId = ids.includes(said) ? said : begun.length === 1 ? begun[0] : undefined
  const record = runId === undefined ? undefined : readRun(codexHome, runId)
  return runId === undefined || !record ? undefined : { runId, record }
}

/** Journals that cannot be read are passed over: the one that is meant may be another. */
function newestOf(cwd: string, ids: readonly string[], codexHome: string): KeptRun | undefined {
  for (const runId of ids) {
    try {
      const record = readRun(codexHome, runId)
      if (record?.started.cwd === cwd) return { runId, record }
    } catch (error) {
      if (!isCodexError(error) || error.code !== 'run.damaged') throw error
    }
  }
  return undefined
}

function notFound(said: string, ids: readonly string[]): CodexError {
  const message = said === 'last' ? 'There is no run of this directory' : `There is no run "${said}"`
  const near = nearestNames(said, ids)
  const shown = near.length > 0 ? near : ids.slice(0, 3)
  const which = near.length > 0 ? 'Near' : 'The newest'
  return new CodexError('run.not_found', message, {
    hint: shown.length > 0 ? `${which}: ${shown.join(', ')}.` : 'No run is kept yet.',
  })
}
