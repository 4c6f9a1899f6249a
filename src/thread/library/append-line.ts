import { closeSync, fstatSync, fsync, openSync, readSync, writeFileSync } from 'node:fs'
import { promisify } from 'node:util'

/**
 * Appends one JSON value as a line of its own; behind a torn line it begins a new one. Synchronous but for the disk: each step takes less than
 * handing it to another thread does, and a turn waits for it. @throws the `node:fs` error
 */
export async function appendLine(file: string, value: unknown): Promise<void> {
  const fd = openSync(file, 'a+', 0o600)
  try {
    const { size } = fstatSync(fd)
    const last = Buffer.alloc(1)
    const isTorn = readSync(fd, last, 0, 1, Math.max(0, size - 1)) === 1 && last[0] !== 0x0a
    writeFileSync(fd, `${isTorn ? '\n' : ''}${JSON.stringify(value)}\n`)
    await promisify(fsync)(fd)
  } finally {
    closeSync(fd)
  }
}
