import { randomUUID } from 'node:crypto'
import { lstat, rename, rm, rmdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Action } from '../../plugin-api/index.ts'
import { type FileWrite, openFileTransaction } from '../../sandbox/files/file-transaction.ts'
import type { UndoStep } from '../../thread/undo/plan-undo.ts'

/** A step that the gate has allowed, under this real path. */
export interface AllowedStep {
  readonly step: UndoStep
  readonly action: Extract<Action, { kind: 'write' }>
}

/**
 * Puts files where they were, all or none: first what goes, then, where a directory has taken the place of a file, that directory,
 * which is empty by now, then what comes. Directories that are left empty go, as they do for git.
 *
 * @param root absolute, real path of the workspace
 * @param id of the writes: what lies aside meanwhile is called `.codex-ID-…`, beside the files. Absent: any
 * @throws CodexError `tool.failed`; the `node:fs` error
 */
export async function restoreFiles(
  steps: readonly AllowedStep[],
  root: string,
  id: string = randomUUID(),
): Promise<void> {
  const [going, coming] = [openFileTransaction(`${id}-going`), openFileTransaction(`${id}-coming`)]
  const asides: { readonly path: string; readonly aside: string }[] = []
  const removed = steps.filter(({ step }) => step.wanted === undefined)
  try {
    for (const each of removed) going.stage(writeOf(each))
    going.commit()
    const placed = steps.filter(({ step }) => step.wanted !== undefined)
    for (const { action } of placed) {
      if (!(await lstat(action.path).catch(() => undefined))?.isDirectory()) continue
      const aside = join(dirname(action.path), `.codex-${id}-${asides.length}.old`)
      await rename(action.path, aside)
      asides.push({ path: action.path, aside })
    }
    for (const each of placed) coming.stage(writeOf(each))
    coming.commit()
  } catch (error) {
    coming.close()
    for (const { path, aside } of asides.splice(0).toReversed()) await rename(aside, path)
    going.revert()
    throw error
  } finally {
    coming.close()
    going.close()
  }
  for (const { aside } of asides) await rm(aside, { recursive: true })
  for (const { step } of removed) await removeEmpty(dirname(step.path), root)
}

function writeOf({ step: { current, wanted }, action }: AllowedStep): FileWrite {
  const { path, change } = action
  const isLink = current?.mode === '120000' || wanted?.mode === '120000'
  return {
    ...{ path, realPath: path, change, content: wanted?.bytes, mode: undefined },
    ...(wanted && wanted.mode !== '120000' && { executable: wanted.mode === '100755' }),
    ...(isLink && { link: wanted?.mode === '120000' }),
  }
}

/** A directory of the workspace and those above it, as far as nothing is in them. */
async function removeEmpty(path: string, root: string): Promise<void> {
  if (path === '.') return
  try {
    await rmdir(join(root, path))
  } catch {
    return // it has something in it, or another step has removed it
  }
  await removeEmpty(dirname(path), root)
}
