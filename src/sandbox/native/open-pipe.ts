import { cFunctions } from './c-library.ts'

/** Both ends of a pipe, which no child inherits. */
export interface Pipe {
  readonly readFd: number
  readonly writeFd: number
}

/** fcntl.h of Linux, for all that Node runs on but MIPS and PowerPC. */
export const closeOnExec = 0o2000000

const functions = cFunctions({ pipe2: 'int pipe2(void *ends, int flags)' })

/** Whether pipes can be opened; binds what opens them. */
export function canOpenPipe(): boolean {
  return functions() !== undefined
}

/** Opens a pipe; undefined where Node alone cannot: it makes socket pairs, on which `> /dev/stdout` fails (ENXIO). */
export function openPipe(): Pipe | undefined {
  const ends = new Int32Array(2)
  const [readFd, writeFd] = functions()?.pipe2(ends, closeOnExec) === 0 ? ends : []
  return readFd === undefined || writeFd === undefined ? undefined : { readFd, writeFd }
}
