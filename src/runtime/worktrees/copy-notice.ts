import { existsSync } from 'node:fs'
import type { ThreadMeta } from '../../plugin-api/index.ts'
import { isAtOrBelow } from '../../security/permissions/path-pattern.ts'
import type { Kernel } from '../load-kernel.ts'
import { worktreesDirectory } from './run-directory.ts'

/** What to tell of a thread that worked in a copy of a workspace, and is gone on with elsewhere; undefined for any other. */
export function copyNotice(
  { id, cwd }: Pick<ThreadMeta, 'id' | 'cwd'>,
  { codexHome, places }: Pick<Kernel, 'codexHome' | 'places'>,
): string | undefined {
  if (!isAtOrBelow(cwd, worktreesDirectory(codexHome)) || isAtOrBelow(cwd, places.workspaceRoot)) return undefined
  const worked = `Thread ${id} worked for a task in a copy of the workspace, ${cwd}`
  return existsSync(cwd)
    ? `${worked}: there it may write what the task might, and here nothing. Go on there: codex exec -C ${cwd} resume ${id}`
    : `${worked}, which is gone: it may write nothing here. Begin a new thread for that`
}
