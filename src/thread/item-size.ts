import type { HistoryItem } from '../plugin-api/index.ts'
import { bytesPerToken } from '../tools/output-limit.ts'

/** Tokens of one image, about. */
const imageTokens = 1500

/** UTF-8 bytes of what a model is sent of them, about. */
export function sizeOf(items: readonly HistoryItem[]): number {
  return items.reduce((sum, item) => sum + bytesOf(item), 0)
}

/** The same in tokens, rounded up. */
export function tokensOf(items: readonly HistoryItem[]): number {
  return Math.ceil(sizeOf(items) / bytesPerToken)
}

function bytesOf(item: HistoryItem): number {
  switch (item.type) {
    case 'message':
      return item.content.reduce(
        (sum, part) => sum + ('text' in part ? Buffer.byteLength(part.text) : imageTokens * bytesPerToken),
        0,
      )
    case 'reasoning':
      return (item.encrypted_content ?? '').length
    case 'function_call':
      return Buffer.byteLength(item.arguments) + item.name.length
    case 'custom_tool_call':
      return Buffer.byteLength(item.input) + item.name.length
    case 'function_call_output':
    case 'custom_tool_call_output':
      return Buffer.byteLength(item.output) + (item.images?.length ?? 0) * imageTokens * bytesPerToken
    default:
      return Buffer.byteLength(JSON.stringify(item))
  }
}
