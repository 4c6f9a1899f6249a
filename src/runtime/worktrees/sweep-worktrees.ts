import { readdir, rm } from 'node:fs/promises'
import { lockHolder } from '../../kernel/file-lock.ts'
import type { SecurityDeps } from '../open-thread-security.ts'
import { readCopyFacts } from './copy-facts.ts'
import { isChanged, removeCopy } from './open-copy.ts'
import { openCopyRecords } from './record-copies.ts'
import { type RunDirectory, runDirectory, worktreesDirectory } from './run-directory.ts'
import { settleMerge } from './settle-merge.ts'

/** The copy of a task of a run that has ended, with changes that are nowhere else. */
export interface LeftCopy {
  readonly run: string
  readonly task: string
  /** Absolute paths: of the copy, and of the workspace that it is of. */
  readonly directory: string
  readonly workspace: string
}

/**
 * Removes the copies of runs that no process has any longer, where nothing was changed in them since they were made or merged. Gives the others.
 * Merges into this workspace that were cut become whole or nothing.
 *
 * @throws CodexError `tool.failed`, `internal`; the `node:fs` error; the abort reason
 */
export async function sweepWorktrees(deps: SecurityDeps, signal: AbortSignal): Promise<readonly LeftCopy[]> {
  const { kernel } = deps
  const runs = await entriesOf(worktreesDirectory(kernel.codexHome))
  const left: LeftCopy[] = []
  for (const id of runs) {
    const run = runDirectory(kernel.codexHome, id)
    // Others put worktrees here too.
    if (!(await entriesOf(run.root)).includes('.record') || lockHolder(run.lock) !== undefined) continue
    left.push(...(await sweepRun(id, run, deps, signal)))
  }
  return left
}

/** The same for one run, which is over. @throws as `sweepWorktrees` */
export async function sweepRun(
  id: string,
  run: RunDirectory,
  deps: SecurityDeps,
  signal: AbortSignal,
): Promise<readonly LeftCopy[]> {
  const { kernel } = deps
  const records = await openCopyRecords(run, kernel)
  const left: LeftCopy[] = []
  for (const name of (await entriesOf(run.root)).filter((entry) => !entry.startsWith('.'))) {
    const kept = await readCopyFacts(run.facts(name))
    const isOwn = kept?.workspace === kernel.places.workspaceRoot
    // Where that may not be done now, the copy stays, and so does what is known of it.
    const settled = isOwn && (await settleMerge(kept, name, { run, records }, deps, signal).catch(() => undefined))
    const facts = settled || kept
    signal.throwIfAborted()
    if (facts && (await isChanged(name, facts.base, records))) {
      left.push({ run: id, task: facts.task, directory: run.copy(name), workspace: facts.workspace })
    } else await removeCopy(run, name)
  }
  if (left.length === 0) await rm(run.root, { recursive: true, force: true })
  return left
}

async function entriesOf(directory: string): Promise<readonly string[]> {
  return (await readdir(directory).catch(() => [])).sort()
}
