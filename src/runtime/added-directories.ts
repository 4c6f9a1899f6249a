import { type Stats, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Permissions } from '../plugin-api/index.ts'
import { decideIn } from '../security/permissions/decide-in.ts'

/**
 * What a person who typed `--add-dir` should know: a directory that is not there, and one in which nothing may be written all the same.
 *
 * @param directories absolute paths
 */
export function addedDirectoryNotices(
  directories: readonly string[],
  { permissions, profile }: { readonly permissions: Permissions; readonly profile: string },
): readonly string[] {
  return directories.flatMap((directory) => {
    if (!statOf(directory)?.isDirectory()) return [`--add-dir ${directory}: there is no such directory.`]
    // The name of a file there: which one does not matter to what --add-dir allows.
    if (decideIn('write', permissions, join(directory, 'file')) !== 'deny') return []
    return [`--add-dir ${directory} has no effect: nothing may be written there under the profile ${profile}.`]
  })
}

function statOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false })
  } catch {
    return undefined // below a directory that may not be read
  }
}
