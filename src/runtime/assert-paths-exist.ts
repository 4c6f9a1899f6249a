import { readdir, stat } from 'node:fs/promises'
import { basename, dirname, resolve } from 'node:path'
import { nearestNames } from '../kernel/nearest-names.ts'
import { CodexError } from '../plugin-api/errors.ts'

/**
 * A playbook only looks at what is there, so that a path which is not is a slip; a model may be asked to make it.
 *
 * @throws CodexError `usage.arguments`, with the names beside it that are most like it
 */
export async function assertPathsExist(paths: readonly string[], cwd: string): Promise<void> {
  for (const path of paths) {
    const found = await stat(resolve(cwd, path)).catch(() => undefined)
    if (found) continue
    const beside = await readdir(dirname(resolve(cwd, path))).catch(() => [])
    const near = nearestNames(basename(path), beside)
    throw new CodexError('usage.arguments', `There is no file or folder ${path}`, {
      hint: `${near.length > 0 ? `Did you mean ${near.join(' or ')}? ` : ''}Relative paths start at ${cwd}.`,
    })
  }
}
