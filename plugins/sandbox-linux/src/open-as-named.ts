import { closeSync, constants, fstatSync, openSync, readlinkSync } from 'node:fs'
import { CodexError } from 'codex-kernel/plugin-api'

/** O_PATH of open(2), the same number on x64 and arm64: a place to mount from, without reading it. */
const pathOnly = 0o10000000

/**
 * Opens a file or directory to mount it, if its name leads nowhere else at this moment: what was allowed is what gets mounted, even
 * where the name is given to something else before the mount. The caller closes it.
 * @throws CodexError `sandbox.failed` where it leads elsewhere; Error of `node:fs`
 */
export function openAsNamed(path: string): number {
  const fd = openPlace(path)
  const isLink = fstatSync(fd).isSymbolicLink()
  if (!isLink && readlinkSync(`/proc/self/fd/${fd}`) === path) return fd
  closeSync(fd)
  throw new CodexError('sandbox.failed', `${path} was allowed, and is or lies behind a symbolic link by now.`, {
    hint: 'Ask again for what it leads to.',
  })
}

/** Opens an entry itself, also where it is a symbolic link. The caller closes it. @throws Error of `node:fs` */
export function openPlace(path: string): number {
  return openSync(path, pathOnly | constants.O_NOFOLLOW)
}
