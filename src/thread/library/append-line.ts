import { open } from 'node:fs/promises'

/** Appends one JSON value as a line of its own, in one write; behind a torn line it begins a new one. @throws the `node:fs` error */
export async function appendLine(file: string, value: unknown): Promise<void> {
  const handle = await open(file, 'a+', 0o600)
  try {
    const { size } = await handle.stat()
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(1), 0, 1, Math.max(0, size - 1))
    const isTorn = bytesRead === 1 && buffer[0] !== 0x0a
    await handle.appendFile(`${isTorn ? '\n' : ''}${JSON.stringify(value)}\n`)
    await handle.sync()
  } finally {
    await handle.close()
  }
}
