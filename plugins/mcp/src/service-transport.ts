import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js'
import type { JSONRPCMessage } from '@modelcontextprotocol/sdk/types.js'
import type { Service } from 'codex-kernel/plugin-api'
import type { McpSdk } from './mcp-sdk.ts'

/** One message may have so many bytes; a server that never ends its line would fill the memory. */
const maxLineBytes = 64 * 1024 * 1024
const shownLength = 120

/** Messages of a program, one a line, over its standard input and output. */
export interface ServiceTransport extends Transport {
  /** The first line that was no message; a program that prints what people should read does so on standard error. */
  strayLine(): string | undefined
}

export function createServiceTransport(
  service: Service,
  { JSONRPCMessageSchema }: Pick<McpSdk, 'JSONRPCMessageSchema'>,
): ServiceTransport {
  let stray: string | undefined
  let isClosed = false

  const receive = (line: string): void => {
    if (line.trim() === '') return
    let message: JSONRPCMessage
    try {
      message = JSONRPCMessageSchema.parse(JSON.parse(line))
    } catch {
      stray ??= line.slice(0, shownLength)
      return
    }
    transport.onmessage?.(message)
  }

  const read = async (): Promise<void> => {
    const decoder = new TextDecoder()
    let pieces: string[] = []
    let length = 0
    for await (const chunk of service.output) {
      const lines = decoder.decode(chunk, { stream: true }).split('\n')
      const last = lines.pop() ?? ''
      for (const line of lines) {
        receive([...pieces, line].join(''))
        pieces = []
        length = 0
      }
      pieces.push(last)
      length += last.length
      if (length > maxLineBytes) throw new Error(`it sent a line of more than ${maxLineBytes} bytes`)
    }
  }

  const close = (): void => {
    if (isClosed) return
    isClosed = true
    transport.onclose?.()
  }

  const transport: ServiceTransport = {
    strayLine: () => stray,
    async start() {
      void read()
        .catch((error: unknown) => transport.onerror?.(error instanceof Error ? error : new Error(String(error))))
        .finally(close)
    },
    send: (message) => service.write(`${JSON.stringify(message)}\n`),
    async close() {
      close()
      await service.end()
    },
  }
  return transport
}
