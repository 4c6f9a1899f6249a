import { z } from 'zod'
import { type TracedPiece, usageSchema } from '../../plugin-api/index.ts'
import type { RolloutLine } from '../rollout-lines.ts'

const milliseconds = z.number().nonnegative()
const spanLine = z.object({
  span_id: z.string(),
  parent_span_id: z.string().optional(),
  started: z.string(),
  duration_ms: milliseconds,
  error: z.string().optional(),
  work: z.discriminatedUnion('kind', [
    z.object({
      kind: z.literal('request'),
      provider: z.string(),
      model: z.string(),
      usage: usageSchema.optional().catch(undefined),
      first_output_ms: milliseconds.optional(),
      retries: z.number().optional(),
    }),
    z.object({ kind: z.literal('tool_call'), tool: z.string() }),
    z.object({ kind: z.literal('approval'), action: z.string(), answer: z.string().optional() }),
    z.object({ kind: z.literal('compaction'), replaced_items: z.number().optional() }),
  ]),
})
type SpanLine = z.infer<typeof spanLine>

/** Span lines of one turn as pieces, each under the one that it was a part of. What a later version has written otherwise is left out. */
export function piecesOfSpans(lines: readonly RolloutLine['payload'][]): readonly TracedPiece[] {
  const spans = lines.flatMap((line) => spanLine.safeParse(line).data ?? [])
  const known = new Set(spans.map(({ span_id }) => span_id))
  const under = (parent: string | undefined, depth: number): readonly TracedPiece[] =>
    depth > spans.length
      ? [] // spans that name each other
      : spans
          .filter(({ parent_span_id: of }) =>
            parent === undefined ? of === undefined || !known.has(of) : of === parent,
          )
          .map((span) => pieceOf(span, under(span.span_id, depth + 1)))
          .sort((a, b) => (a.started < b.started ? -1 : a.started > b.started ? 1 : 0))
  return under(undefined, 0)
}

function pieceOf({ work, ...span }: SpanLine, pieces: readonly TracedPiece[]): TracedPiece {
  const { span_id: spanId, started, duration_ms: durationMs, error } = span
  const common = {
    started,
    durationMs,
    isMeasured: true,
    ...(error !== undefined && { error }),
    spanId,
    pieces,
    threads: [],
  }
  switch (work.kind) {
    case 'request':
      return {
        kind: 'request',
        name: work.model,
        ...common,
        provider: work.provider,
        ...(work.usage && { usage: work.usage }),
        ...(work.first_output_ms !== undefined && { firstOutputMs: work.first_output_ms }),
        ...(work.retries !== undefined && { retries: work.retries }),
      }
    case 'tool_call':
      return { kind: 'tool_call', name: work.tool, ...common }
    case 'approval':
      return { kind: 'approval', name: [work.action, work.answer].filter(Boolean).join(': '), ...common }
    case 'compaction': {
      const items = work.replaced_items
      return {
        kind: 'compaction',
        name: items === undefined ? 'compaction' : `compaction of ${items} items`,
        ...common,
      }
    }
  }
}
