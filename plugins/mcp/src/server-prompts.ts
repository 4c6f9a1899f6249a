import type { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { type SourcePrompt, z } from 'codex-kernel/plugin-api'
import { resourceText } from './call-result.ts'
import { listAll } from './list-all.ts'
import type { ServerSettings } from './server-settings.ts'

const promptSchema = z.looseObject({
  name: z.string().min(1),
  description: z.string().default(''),
  arguments: z
    .array(
      z.looseObject({ name: z.string(), description: z.string().default(''), required: z.boolean().default(false) }),
    )
    .default([]),
})
const expandedSchema = z.looseObject({
  messages: z.array(z.looseObject({ role: z.string(), content: z.looseObject({ type: z.string() }) })),
})

/** The prompts that a server keeps. */
export async function serverPrompts(
  server: ServerSettings,
  client: Client,
  signal: AbortSignal,
): Promise<readonly SourcePrompt[]> {
  if (!client.getServerCapabilities()?.prompts) return []
  const options = (abort: AbortSignal) => ({ signal: abort, timeout: server.toolTimeoutMs })
  const listed = await listAll(client, 'prompts/list', 'prompts', options(signal))
  return listed.flatMap((entry) => {
    const parsed = promptSchema.safeParse(entry)
    if (!parsed.success) return []
    const { name, description, arguments: takes } = parsed.data
    return {
      name,
      group: server.name,
      description,
      arguments: takes,
      async expand(values, abort) {
        const params = { name, arguments: { ...values } }
        const { messages } = await client.request({ method: 'prompts/get', params }, expandedSchema, options(abort))
        const isTalk = messages.some(({ role }) => role !== 'user')
        return messages.map(({ role, content }) => `${isTalk ? `${role}: ` : ''}${contentText(content)}`).join('\n\n')
      },
    }
  })
}

function contentText(content: Readonly<Record<string, unknown>>): string {
  if (content.type === 'text') return String(content.text)
  return content.type === 'resource' ? resourceText(content.resource) : `[${String(content.type)}]`
}
