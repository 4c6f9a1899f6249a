import { z } from 'zod'
import type { Head } from './open-heads.ts'
import { monthLines, monthPaths } from './read-month.ts'

const headSchema = z.strictObject({ chain: z.string(), seq: z.int(), hash: z.string() })

/** The newest head of each chain that the files name; lines that are none are passed over, since what they named is then missed. @throws CodexError `audit.unreadable` */
export async function readHeads(directory: string): Promise<ReadonlyMap<string, Head>> {
  const heads = new Map<string, Head>()
  for (const file of monthPaths(directory)) {
    for await (const line of monthLines(file)) {
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
