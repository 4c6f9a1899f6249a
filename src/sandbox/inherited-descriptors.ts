import { readdirSync, readFileSync } from 'node:fs'
import { cFunctions } from './native/c-library.ts'
import { closeOnExec } from './native/open-pipe.ts'

const functions = cFunctions({ fcntl: 'int fcntl(int fd, int command, ...)' })
/** fcntl.h: F_GETFD; its only flag is close-on-exec, and -1 is a descriptor that is none (any more). */
const getFlags = 1

/**
 * Descriptors above 2 that a child would get without being given them: what this process itself inherited. Node marks
 * its own close-on-exec, and of the inherited ones only those up to the first gap above 15 (libuv), so a shell's
 * `exec 200<secret` reached every command (seen). Empty where /proc is not Linux's; there libuv closes them itself.
 */
export function inheritedDescriptors(): readonly number[] {
  if (process.platform !== 'linux') return []
  const fcntl = functions()?.fcntl
  const isInherited = fcntl ? (fd: number) => fcntl(fd, getFlags) === 0 : isOpenOnExec
  return readdirSync('/proc/self/fd')
    .map(Number)
    .filter((fd) => fd > 2 && isInherited(fd))
}

/** The same where fcntl(2) cannot be called: a file for each descriptor takes twenty times as long to ask. */
function isOpenOnExec(fd: number): boolean {
  try {
    const flags = /^flags:\s*([0-7]+)/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8'))?.[1]
    return flags !== undefined && (Number.parseInt(flags, 8) & closeOnExec) === 0
  } catch {
    // The descriptor of the listing itself, closed by now.
    return false
  }
}
