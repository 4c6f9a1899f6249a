import { z } from 'zod'
import type { ThreadItem, ToolCallOutputItem } from '../plugin-api/index.ts'
import type { ToolStreamEvent } from '../tools/index.ts'

/** How a call of `apply_patch` ended: all files changed, or none. */
export type PatchResult =
  | { readonly type: 'applied'; readonly changes: readonly PatchChange[]; readonly report: string }
  | { readonly type: 'failed'; readonly message: string }
  | { readonly type: 'denied'; readonly denial: Extract<ThreadItem, { type: 'denial' }> }

/** Absolute path; a move is an update at the old one. */
export interface PatchChange {
  readonly path: string
  readonly kind: 'add' | 'delete' | 'update'
}

/** What the tool gives as data. */
const appliedSchema = z.object({
  changes: z.array(z.object({ path: z.string(), kind: z.enum(['add', 'delete', 'update']) })),
  report: z.string(),
})

/** Carries out a call of the tool to its end. @throws what the call throws */
export async function patchResult(call: AsyncGenerator<ToolStreamEvent, ToolCallOutputItem>): Promise<PatchResult> {
  let denial: Extract<ThreadItem, { type: 'denial' }> | undefined
  let step = await call.next()
  for (; !step.done; step = await call.next()) {
    if ('item' in step.value && step.value.item.type === 'denial') denial = step.value.item
  }
  const { failed, structured, summary, output } = step.value
  if (!failed) return { type: 'applied', ...appliedSchema.parse(structured) }
  return denial ? { type: 'denied', denial } : { type: 'failed', message: summary ?? output }
}
