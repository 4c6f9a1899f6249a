import type { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { z } from 'codex-kernel/plugin-api'
import { type CallResult, resourceText } from './call-result.ts'
import { listAll } from './list-all.ts'
import type { ListedTool } from './server-tool.ts'

const listedSchema = z.looseObject({
  uri: z.string().optional(),
  uriTemplate: z.string().optional(),
  name: z.string().default(''),
  description: z.string().optional(),
  mimeType: z.string().optional(),
})
const contentsSchema = z.looseObject({ contents: z.array(z.unknown()) })
const inputSchema = z.object({ uri: z.string() })

/** Two tools of the program's own for a server that has resources. */
export interface ResourceTool extends ListedTool {
  call(
    client: Client,
    input: unknown,
    options: { readonly signal: AbortSignal; readonly timeout: number },
  ): Promise<CallResult>
}

/** Lists and reads what a server keeps. */
export function resourceTools(): readonly ResourceTool[] {
  const annotations = { readOnlyHint: true }
  return [
    {
      name: 'list_mcp_resources',
      description: 'Lists the resources that this MCP server keeps, and the templates of their addresses.',
      inputSchema: { type: 'object', properties: {}, additionalProperties: false },
      annotations,
      async call(client, _input, options) {
        const [resources, templates] = await Promise.all([
          listAll(client, 'resources/list', 'resources', options),
          listAll(client, 'resources/templates/list', 'resourceTemplates', options).catch(() => []),
        ])
        const lines = [...resources, ...templates].map((entry) => {
          const { uri, uriTemplate, name, description, mimeType } = listedSchema.parse(entry)
          const what = [name, mimeType && `(${mimeType})`, description].filter(Boolean).join(' ')
          return `${uri ?? uriTemplate}: ${what}`
        })
        return { content: [{ type: 'text', text: lines.join('\n') || 'There are none.' }] }
      },
    },
    {
      name: 'read_mcp_resource',
      description: 'Reads a resource of this MCP server by its address.',
      inputSchema: {
        type: 'object',
        properties: { uri: { type: 'string', description: 'As list_mcp_resources gives it.' } },
        required: ['uri'],
        additionalProperties: false,
      },
      annotations,
      async call(client, input, options) {
        const { uri } = inputSchema.parse(input)
        const { contents } = await client.request(
          { method: 'resources/read', params: { uri } },
          contentsSchema,
          options,
        )
        return { content: contents.map((each) => contentOf(each)) }
      },
    },
  ]
}

/** An image is shown as one. */
function contentOf(resource: unknown): CallResult['content'][number] {
  const { mimeType, blob } = z
    .looseObject({ mimeType: z.string().optional(), blob: z.string().optional() })
    .parse(resource)
  if (mimeType?.startsWith('image/') && blob !== undefined) return { type: 'image', mimeType, data: blob }
  return { type: 'text', text: resourceText(resource) }
}
