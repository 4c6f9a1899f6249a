import { spawn } from 'node:child_process'
import { closeSync, constants, openSync, rmSync } from 'node:fs'
import { Socket } from 'node:net'
import { join } from 'node:path'
import { CodexError } from '../plugin-api/errors.ts'
import { findProgram } from './find-program.ts'
import { makeMemoryDirectory } from './memory-directory.ts'
import { openPipe, type Pipe } from './native/open-pipe.ts'

/** Both ends of a pipe. The writing end is for the child; close it here once the child has it, or the end is never seen. */
export interface OutputPipe {
  readonly writeFd: number
  /** The end to read from, the same each time. */
  read(): Socket
  closeWriteFd(): void
  /** Gives both ends back. */
  close(): void
}

/**
 * Opens a real pipe for stdout and stderr of one command, so that their order is kept: Node's own `pipe` is a socket pair, on which
 * `> /dev/stdout` fails (ENXIO, measured), and it gives two. Undefined where only named pipes can be had.
 */
export function openOutputPipe(): OutputPipe | undefined {
  const pipe = openPipe()
  return pipe && outputPipe(pipe)
}

/**
 * Opens pipes for one command each without native code: named ones, opened at both ends and then removed. `mkfifo` costs 1.7 ms (median)
 * where `bash -c true` takes 1.8, and hardly more for several.
 * Windows has none that a program there could be given, so no command runs there, under no profile.
 * @throws CodexError `sandbox.failed`
 */
export async function openNamedPipes(
  count: number,
  platform: string = process.platform,
): Promise<readonly OutputPipe[]> {
  if (platform === 'win32') throw noneOnWindows()
  const directory = makeMemoryDirectory()
  try {
    const files = Array.from({ length: count }, (_, index) => join(directory, `${index}`))
    await makeFifos(files)
    return files.map((file) => outputPipe(openBothEnds(file)))
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

function openBothEnds(file: string): Pipe {
  // Reading first and not blocking: a writer that comes before a reader would wait for it.
  const readFd = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK)
  return { readFd, writeFd: openSync(file, constants.O_WRONLY) }
}

function outputPipe({ readFd, writeFd }: Pipe): OutputPipe {
  let readable: Socket | undefined
  let isOpen = true
  return {
    writeFd,
    read() {
      readable ??= new Socket({ fd: readFd, readable: true, writable: false })
      return readable
    },
    closeWriteFd() {
      if (isOpen) closeSync(writeFd)
      isOpen = false
    },
    close() {
      this.closeWriteFd()
      if (readable) readable.destroy()
      else closeSync(readFd)
    },
  }
}

function makeFifos(files: readonly string[]): Promise<void> {
  const program = findProgram('mkfifo')
  if (program === undefined) throw noPipe('mkfifo is not installed')
  return new Promise((resolve, reject) => {
    const child = spawn(program, ['-m', '600', ...files], { stdio: 'ignore', env: {} })
    child.on('error', (cause) => reject(noPipe('mkfifo does not start', cause)))
    child.on('exit', (code) => (code === 0 ? resolve() : reject(noPipe(`mkfifo ended with ${code}`))))
  })
}

function noneOnWindows(): CodexError {
  return new CodexError('sandbox.failed', 'Commands do not run on Windows, under no profile.', {
    hint: 'Run it in WSL 2: wsl --install, then install it there. Reading, scanning and asking work here.',
  })
}

function noPipe(reason: string, cause?: unknown): CodexError {
  return new CodexError('sandbox.failed', `No pipe for the output of a command: ${reason}`, {
    hint: 'Install mkfifo (coreutils or busybox) in /usr/bin or /bin.',
    cause,
  })
}
