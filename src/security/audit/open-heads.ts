import { closeSync, writeSync } from 'node:fs'
import { openMonth, syncFile } from './month-file.ts'

/** The newest record of a chain. */
export interface Head {
  readonly seq: number
  readonly hash: string
}

/** An open file of heads. */
export interface Heads {
  /** Names a chain's newest record; it is in the operating system when this returns. @throws Error of `node:fs` */
  write(chain: string, head: Head): void
  /** Brings what was written to the disk. */
  sync(): Promise<void>
  close(): void
}

/** Opens the heads of a month for appending. @throws Error of `node:fs` */
export function openHeads(directory: string, month: string): Heads {
  const file = openMonth(directory, month)
  return {
    write(chain, { seq, hash }) {
      // The line end stands in front, so that what a crash tore off does not swallow the next line.
      const bytes = Buffer.from(`\n${JSON.stringify({ chain, seq, hash })}`)
      const written = writeSync(file.descriptor, bytes)
      if (written !== bytes.length) throw new Error(`only ${written} of ${bytes.length} bytes were written`)
    },
    sync: () => syncFile(file),
    close: () => closeSync(file.descriptor),
  }
}
