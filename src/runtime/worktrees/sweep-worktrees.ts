import { readdir, rm } from 'node:fs/promises'
import { lockHolder } from '../../kernel/file-lock.ts'
import type { Kernel } from '../load-kernel.ts'
import { readCopyFacts } from './copy-facts.ts'
import { isChanged, removeCopy } from './open-copy.ts'
import { openCopyRecords } from './record-copies.ts'
import { type RunDirectory, runDirectory, worktreesDirectory } from './run-directory.ts'

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
 *
 * @throws CodexError `tool.failed`, `internal`; the `node:fs` error; the abort reason
 */
export async function sweepWorktrees(kernel: Kernel, signal: AbortSignal): Promise<readonly LeftCopy[]> {
  const runs = await entriesOf(worktreesDirectory(kernel.codexHome))
  const left: LeftCopy[] = []
  for (const id of runs) {
    const run = runDirectory(kernel.codexHome, id)
    // Others put worktrees here too.
    if (!(await entriesOf(run.root)).includes('.record') || lockHolder(run.lock) !== undefined) continue
    left.push(...(await sweepRun(id, run, kernel, signal)))
  }
  return left
}

/** The same for one run, which is over. @throws as `sweepWorktrees` */
export async function sweepRun(
  id: string,
  run: RunDirectory,
  kernel: Kernel,
  signal: AbortSignal,
): Promise<readonly LeftCopy[]> {
  const records = await openCopyRecords(run, kernel)
  const left: LeftCopy[] = []
  for (const name of (await entriesOf(run.root)).filter((entry) => !entry.startsWith('.'))) {
    const facts = await readCopyFacts(run.facts(name))
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
