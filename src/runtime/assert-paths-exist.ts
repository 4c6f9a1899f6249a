import { readdir, stat } from 'node:fs/promises'
import { basename, dirname, resolve } from 'node:path'
import { nearestNames } from '../kernel/nearest-names.ts'
import { CodexError } from '../plugin-api/errors.ts'
import { missingPaths } from './missing-paths.ts'

/**
 * A playbook only looks at what is there, so that a path which is not is a slip; a model may be asked to make it.
 *
 * @throws CodexError `usage.arguments`, with the names beside it that are most like it
 */
export async function assertPathsExist(paths: readonly string[], cwd: string): Promise<void> {
  for (const path of paths) {
    const found = await stat(resolve(cwd, path)).catch(() => undefined)
    if (!found) throw await notThere(path, cwd)
  }
}

/**
 * The same for the paths that a prompt names: where all of them are missing, a playbook would look at everything instead.
 *
 * @param found words of the prompt that are there
 * @returns what to tell of the words that are not
 * @throws CodexError `usage.arguments`
 */
export async function checkNamedPaths(
  prompt: string,
  found: readonly string[],
  cwd: string,
): Promise<readonly string[]> {
  const { certain, likely } = await missingPaths(prompt, cwd)
  const [first] = certain
  if (first !== undefined && found.length === 0) throw await notThere(first, cwd)
  const scope = found.length > 0 ? 'only what is there is looked at' : 'the word is not taken for a path'
  return [...certain, ...likely].map((word) => `There is no file or folder ${word}: ${scope}.`)
}

async function notThere(path: string, cwd: string): Promise<CodexError> {
  const beside = await readdir(dirname(resolve(cwd, path))).catch(() => [])
  const near = nearestNames(basename(path), beside)
  return new CodexError('usage.arguments', `There is no file or folder ${path}`, {
    hint: `${near.length > 0 ? `Did you mean ${near.join(' or ')}? ` : ''}Relative paths start at ${cwd}.`,
  })
}
