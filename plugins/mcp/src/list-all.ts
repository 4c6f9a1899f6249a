import type { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { z } from 'codex-kernel/plugin-api'

const maxPages = 100

/** All entries of a list that comes in pages. Each entry is checked by whoever uses it, so that one that is wrong takes no other away. */
export async function listAll(
  client: Client,
  method: 'tools/list' | 'prompts/list' | 'resources/list' | 'resources/templates/list',
  field: string,
  options: { readonly signal: AbortSignal; readonly timeout: number },
): Promise<readonly unknown[]> {
  const page = z.looseObject({ [field]: z.array(z.unknown()), nextCursor: z.string().optional() })
  const entries: unknown[] = []
  const seen = new Set<string>()
  let cursor: string | undefined
  for (let pages = 0; pages < maxPages; pages++) {
    const answer: Readonly<Record<string, unknown>> = await client.request(
      { method, params: cursor === undefined ? {} : { cursor } },
      page,
      options,
    )
    const found = answer[field]
    if (Array.isArray(found)) entries.push(...found)
    cursor = typeof answer.nextCursor === 'string' ? answer.nextCursor : undefined
    // A server that sends the same cursor again would be asked for ever.
    if (!cursor || seen.has(cursor)) return entries
    seen.add(cursor)
  }
  return entries
}
