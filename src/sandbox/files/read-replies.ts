import type { Readable } from 'node:stream'
import { z } from 'zod'
import { jsonBytes, type WorkerReply } from './worker-messages.ts'

const identitySchema = z.strictObject({ dev: z.string().regex(/^\d+$/), ino: z.string().regex(/^\d+$/) })
const replySchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('staged'), written: z.array(identitySchema.nullable()) }),
  z.strictObject({ type: z.literal('placed') }),
  z.strictObject({ type: z.literal('done') }),
  z.strictObject({
    type: z.literal('failed'),
    error: z.strictObject({
      isCodexError: z.boolean(),
      code: z.string(),
      message: z.string(),
      hint: z.string().optional(),
      path: z.string().optional(),
    }),
  }),
])

/** The replies of a file worker, one at a time; undefined when it has ended; `unreadable` for what is none, and from then on. */
export function readReplies(output: Readable): { next(): Promise<WorkerReply | 'unreadable' | undefined> } {
  let pending: Buffer = Buffer.alloc(0)
  let hasEnded = false
  let wake: (() => void) | undefined
  output.on('data', (chunk: Buffer) => {
    pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk])
    wake?.()
  })
  const end = (): void => {
    hasEnded = true
    wake?.()
  }
  output.on('close', end).on('error', end)

  function take(): WorkerReply | 'unreadable' | undefined {
    if (pending.length < 4) return undefined
    try {
      const length = jsonBytes(pending)
      if (pending.length < 4 + length) return undefined
      const reply = replySchema.parse(JSON.parse(pending.subarray(4, 4 + length).toString('utf8')))
      pending = pending.subarray(4 + length)
      // exactOptionalPropertyTypes: what is not there is not there.
      return reply as WorkerReply
    } catch {
      return 'unreadable'
    }
  }

  return {
    async next() {
      for (;;) {
        const reply = take()
        if (reply !== undefined || hasEnded) return reply
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
    },
  }
}
