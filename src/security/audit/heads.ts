import { closeSync, createReadStream, fsync, writeSync } from 'node:fs'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { z } from 'zod'
import { monthFiles, openMonth } from './month-file.ts'

/** The newest record of a chain. */
export interface Head {
  readonly seq: number
  readonly hash: string
}

const headSchema = z.strictObject({ chain: z.string(), seq: z.int(), hash: z.string() })

/** An open file of heads. */
export interface Heads {
  /** Names a chain's newest record; it is in the operating system when this returns. @throws Error of `node:fs` */
  write(chain: string, head: Head): void
  /** Brings what was written to the disk. */
  sync(done: (error: Error | null) => void): void
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
    sync: (done) => fsync(file.descriptor, done),
    close: () => closeSync(file.descriptor),
  }
}

/** The newest head of each chain that the files name; lines that are none are passed over, since what they named is then missed. */
export async function readHeads(directory: string): Promise<ReadonlyMap<string, Head>> {
  const heads = new Map<string, Head>()
  for (const name of monthFiles(directory)) {
    for await (const line of createInterface({ input: createReadStream(path.join(directory, name), 'utf8') })) {
      const head = parseHead(line)
      if (head !== undefined && head.seq >= (heads.get(head.chain)?.seq ?? 0)) heads.set(head.chain, head)
    }
  }
  return heads
}

function parseHead(line: string): z.infer<typeof headSchema> | undefined {
  try {
    return headSchema.safeParse(JSON.parse(line)).data
  } catch {
    return undefined
  }
}
