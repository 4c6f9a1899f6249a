import { accessSync, constants, statSync } from 'node:fs'
import { delimiter, isAbsolute, join, sep } from 'node:path'

/** Where systems keep their own programs; looked at before any search path. */
const systemDirectories: readonly string[] =
  process.platform === 'win32'
    ? ['C:\\Program Files\\Git\\cmd', 'C:\\Windows\\System32']
    : ['/usr/bin', '/bin', '/usr/local/bin', '/opt/homebrew/bin', '/run/current-system/sw/bin', '/usr/sbin', '/sbin']

/**
 * Absolute path of a program that the kernel itself starts; undefined where there is none. System directories come
 * first, then the absolute entries of `searchPath` (a PATH) that lie outside `notBelow` and in no `node_modules`, so
 * that a repository cannot bring its own.
 */
export function findProgram(
  name: string,
  options: { searchPath?: string; notBelow?: string } = {},
): string | undefined {
  const candidates = [...systemDirectories, ...(options.searchPath ?? '').split(delimiter).filter(isTrusted)]
  const names = process.platform === 'win32' ? [`${name}.exe`] : [name]
  return candidates.flatMap((directory) => names.map((file) => join(directory, file))).find(isExecutable)

  function isTrusted(directory: string): boolean {
    if (!isAbsolute(directory) || directory.split(sep).includes('node_modules')) return false
    return options.notBelow === undefined || !`${directory}${sep}`.startsWith(`${options.notBelow}${sep}`)
  }
}

/** Whether this is a program that this user may start. */
export function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return statSync(file).isFile()
  } catch {
    return false
  }
}
