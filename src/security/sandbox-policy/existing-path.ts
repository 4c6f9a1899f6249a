import { lstatSync, realpathSync } from 'node:fs'

/**
 * Where a path leads; undefined where nothing is there. Some hundred places are looked at for each command, most of which are not there:
 * at once, since a promise for each takes longer than the look. @throws Error of `node:fs` where it cannot be looked at
 */
export function existingPath(file: string): string | undefined {
  if (lstatSync(file, { throwIfNoEntry: false }) === undefined) return undefined
  try {
    return realpathSync.native(file)
  } catch (error) {
    // A link that leads nowhere.
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR'))
      return undefined
    throw error
  }
}
