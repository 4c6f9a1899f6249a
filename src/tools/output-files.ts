import { closeSync, mkdirSync, openSync, readdirSync, rmSync, writeSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** Long outputs of one thread, whole, in files that only this user can read and the thread may. */
export interface OutputFiles {
  /** A file for text that comes in pieces, made once there is too much of it for one answer. */
  spool(name: string): OutputSpool
  /** Keeps a whole text; undefined where it cannot be kept. */
  keep(name: string, text: string): string | undefined
  /** Removes all of them. */
  close(): void
}

export interface OutputSpool {
  append(text: string): void
  /** Absent while all of it fits into an answer, and where the disk does not take it. */
  file(): { readonly outputFile?: string }
  close(): void
}

/** Of one output; what follows is not kept, and the file says so. */
const maxFileBytes = 64 * 1024 * 1024
/** Below `CODEX_HOME/outputs`; the number of the process tells what a program that was killed has left. */
const directoryName = /^(\d+)-/

/** @param directory real path, below `CODEX_HOME/outputs`, named by process and thread, made with the first file; absent: no file is made @param minBytes from where on an output gets a file */
export function createOutputFiles(directory: string | undefined, minBytes: number): OutputFiles {
  let isReady: boolean | undefined
  let count = 0
  const open = (name: string): { readonly path: string; readonly fd: number } | undefined => {
    if (directory === undefined) return undefined
    isReady ??= prepare(directory)
    if (!isReady) return undefined
    count += 1
    const path = join(directory, `${count}-${name.replace(/[^\w-]+/g, '_').slice(0, 40)}.txt`)
    try {
      return { path, fd: openSync(path, 'wx', 0o600) }
    } catch {
      return undefined
    }
  }
  const spool = (name: string, fromBytes: number): OutputSpool => {
    const waiting: string[] = []
    let size = 0
    let file: ReturnType<typeof open>
    let state: 'waiting' | 'open' | 'closed' = 'waiting'
    const close = (): void => {
      if (file && state === 'open') closeSync(file.fd)
      state = 'closed'
    }
    const write = (text: string): void => {
      if (!file) return
      try {
        writeAll(file.fd, text)
      } catch {
        // The disk is full: what is there stays readable, and an answer is cut as it would be without a file.
        close()
      }
    }
    return {
      append(text) {
        if (state === 'closed') return
        const before = size
        size += Buffer.byteLength(text)
        if (state === 'waiting') {
          waiting.push(text)
          if (size <= fromBytes) return
          file = open(name)
          state = file ? 'open' : 'closed'
          write(waiting.splice(0).join(''))
        } else if (before <= maxFileBytes) {
          write(size <= maxFileBytes ? text : `\n[what follows the first ${maxFileBytes} bytes is not kept]\n`)
        }
      },
      file: () => (file ? { outputFile: file.path } : {}),
      close,
    }
  }
  return {
    spool: (name) => spool(name, minBytes),
    keep(name, text) {
      const kept = spool(name, -1)
      kept.append(text.length > maxFileBytes ? text.slice(0, maxFileBytes) : text)
      kept.close()
      return kept.file().outputFile
    },
    close() {
      if (isReady && directory !== undefined) rmSync(directory, { recursive: true, force: true })
      isReady = undefined
    },
  }
}

/** Makes the directory, and removes those of programs that are gone. False where the disk does not allow it: then outputs are only cut. */
function prepare(directory: string): boolean {
  try {
    const parent = dirname(directory)
    mkdirSync(parent, { recursive: true, mode: 0o700 })
    for (const name of readdirSync(parent)) {
      const pid = Number(directoryName.exec(name)?.[1])
      if (Number.isInteger(pid) && !isAlive(pid)) rmSync(join(parent, name), { recursive: true, force: true })
    }
    mkdirSync(directory, { recursive: true, mode: 0o700 })
    return true
  } catch {
    return false
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

function writeAll(fd: number, text: string): void {
  const bytes = Buffer.from(text)
  for (let done = 0; done < bytes.length; ) done += writeSync(fd, bytes, done)
}
