import { type ImagePart, type ThreadItemBody, type ToolOutput, z } from 'codex-kernel/plugin-api'

/** What a call gave, as far as it is read; what else there is stays. */
export const callResultSchema = z.looseObject({
  content: z.array(z.looseObject({ type: z.string() })).default([]),
  structuredContent: z.unknown().optional(),
  isError: z.boolean().optional(),
  _meta: z.unknown().optional(),
})
export type CallResult = z.infer<typeof callResultSchema>
type Part = CallResult['content'][number]

/** Of an item's content: what is over it would stand in every reader's memory, and in the rollout. */
const maxItemBytes = 1024 * 1024

type ItemResult = NonNullable<Extract<ThreadItemBody, { type: 'mcp_tool_call' }>['result']>

/** As an `mcp_tool_call` item has it (Codex contract, A.3). */
export function itemResult({ content, structuredContent, _meta }: CallResult): ItemResult {
  let left = maxItemBytes
  const kept = content.map((part) => {
    const sizeBytes = Buffer.byteLength(JSON.stringify(part))
    if (sizeBytes <= left) {
      left -= sizeBytes
      return part
    }
    const head = typeof part.text === 'string' ? part.text.slice(0, left) : ''
    left -= Buffer.byteLength(head)
    return { type: 'text', text: `${head}\n... ${part.type} of ${sizeBytes} bytes, cut ...` }
  })
  const structured = structuredContent ?? null
  const isLarge = Buffer.byteLength(JSON.stringify(structured)) > maxItemBytes
  return {
    content: kept,
    structured_content: isLarge ? null : structured,
    ...(_meta !== undefined && { _meta }),
  }
}

/** What the model sees: `structuredContent` in place of the texts, and images beside them. */
export function outputOf(result: CallResult): ToolOutput {
  const { content, structuredContent, isError = false } = result
  const texts = content.flatMap((part) => partText(part) ?? [])
  const images = content.flatMap((part) => imageOf(part) ?? [])
  const text = structuredContent === undefined ? texts.join('\n') : JSON.stringify(structuredContent)
  return {
    text: text === '' && images.length === 0 ? '(no output)' : text,
    structured: structuredContent ?? { content: texts },
    ...(images.length > 0 && { images }),
    ...(isError && { failed: true }),
  }
}

function imageOf({ type, data, mimeType }: Part): ImagePart | undefined {
  if (type !== 'image' || typeof data !== 'string') return undefined
  return {
    type: 'input_image',
    image_url: `data:${typeof mimeType === 'string' ? mimeType : 'image/png'};base64,${data}`,
  }
}

/** Undefined for an image, which is shown itself. */
function partText(part: Part): string | undefined {
  switch (part.type) {
    case 'text':
      return String(part.text)
    case 'image':
      return undefined
    case 'resource':
      return resourceText(part.resource)
    case 'resource_link':
      return `[resource ${String(part.name)}: ${String(part.uri)}]`
    default:
      return `[${part.type}${typeof part.mimeType === 'string' ? ` ${part.mimeType}` : ''}, which cannot be shown]`
  }
}

/** The text of a resource; of bytes, what they are. */
export function resourceText(resource: unknown): string {
  if (typeof resource !== 'object' || resource === null) return '[an empty resource]'
  const { uri, text, blob, mimeType } = resource as Readonly<Record<string, unknown>> // an object of JSON
  if (typeof text === 'string') return text
  const sizeBytes = typeof blob === 'string' ? Math.floor((blob.length * 3) / 4) : 0
  return `[resource ${String(uri)}: ${sizeBytes} bytes of ${String(mimeType ?? 'unknown type')}]`
}
