import { closeSync, constants, openSync } from 'node:fs'
import { createRequire } from 'node:module'
import { ReadStream } from 'node:tty'
import { CodexError } from '../plugin-api/errors.ts'
import { findProgram } from './find-program.ts'
import type { OutputPipe } from './output-pipe.ts'

/** A terminal for one command: what the command has open for input and output, and our side of it. */
export interface Terminal extends OutputPipe {
  /** Our side. It is not closed on exec (node-pty, seen), so no other command may be started with it. */
  readonly ownFd: number
  /** Types text, in order; what the command does not read waits. */
  write(text: string): void
}

/** A terminal as programs expect it where nobody says otherwise. */
const size = { columns: 80, rows: 24 } as const

/**
 * Opens a pseudo-terminal, by the prebuilt library of node-pty. Only its `open` is used: its `spawn` hands on no further
 * descriptors, which the sandbox needs. The command's end is opened again, since the library makes it non-blocking, on
 * which programs fail to read.
 * @throws CodexError `tool.failed` where there is no terminal
 */
export function openTerminal(): Terminal {
  const { master, slave, pty } = loadLibrary().open(size.columns, size.rows)
  const own = new ReadStream(master)
  let writeFd: number
  try {
    writeFd = openSync(pty, constants.O_RDWR | constants.O_NOCTTY)
  } catch (cause) {
    own.destroy()
    throw noTerminal(`${pty} cannot be opened`, cause)
  } finally {
    closeSync(slave)
  }
  let isOpen = true
  return {
    ownFd: master,
    writeFd,
    read: () => own,
    write: (text) => void own.write(text),
    closeWriteFd() {
      if (isOpen) closeSync(writeFd)
      isOpen = false
    },
    close() {
      this.closeWriteFd()
      own.destroy()
    },
  }
}

/**
 * The command line that makes its standard input the controlling terminal of a session of its own, so that Ctrl-C, job control
 * and /dev/tty work: what starts it, a sandbox too, leads a session without one.
 * @throws CodexError `tool.failed`
 */
export function onTerminal(argv: readonly string[]): readonly string[] {
  const program = findProgram('setsid')
  if (program === undefined) throw noTerminal('setsid is not installed (util-linux or busybox)')
  return [program, '-c', ...argv]
}

interface PtyLibrary {
  open(columns: number, rows: number): { readonly master: number; readonly slave: number; readonly pty: string }
}

function loadLibrary(): PtyLibrary {
  if (process.platform !== 'linux') throw noTerminal(`there is none for ${process.platform} yet`)
  try {
    const require = createRequire(import.meta.url)
    const { requireBinary } = require('@lydell/node-pty/requireBinary.js')
    return requireBinary('pty.node')
  } catch (cause) {
    throw noTerminal(`no prebuilt library of @lydell/node-pty loads for ${process.platform} ${process.arch}`, cause)
  }
}

function noTerminal(reason: string, cause?: unknown): CodexError {
  return new CodexError('tool.failed', `No terminal can be opened for a command: ${reason}`, {
    hint: 'Run it without tty: it then has no input, and its output comes through a pipe.',
    cause,
  })
}
