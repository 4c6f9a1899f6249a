import type { ThreadEvent, ToolCallItem, ToolCallOutputItem } from '../plugin-api/index.ts'
import { mergeStreams } from './merge-streams.ts'
import type { TurnTools } from './turn.ts'
import { spanError, type TurnTrace } from './turn-trace.ts'
import type { LoopWatch } from './watch-loops.ts'

interface CallDeps {
  readonly tools: TurnTools
  readonly loops: LoopWatch
  readonly trace: TurnTrace | undefined
}

/**
 * Carries out the calls of one answer: those whose tools allow it together, the others one after the other, in order.
 *
 * @throws CodexError `thread.loop`, once all have ended; the abort reason
 */
export async function* runCalls(
  calls: readonly ToolCallItem[],
  { tools, loops, trace }: CallDeps,
  signal: AbortSignal,
): AsyncGenerator<ThreadEvent, readonly ToolCallOutputItem[]> {
  loops.begin(calls)
  const run = (call: ToolCallItem) => runCall(call, { tools, loops, trace }, signal)
  const outputs: ToolCallOutputItem[] = []
  let together: ToolCallItem[] = []
  for (const call of calls) {
    if (await tools.isParallel(call)) {
      together.push(call)
      continue
    }
    outputs.push(...(yield* mergeStreams(together.map(run))))
    together = []
    outputs.push(yield* run(call))
  }
  outputs.push(...(yield* mergeStreams(together.map(run))))
  loops.end()
  return outputs
}

/** Keeps what a call gave as soon as it is there: an interruption of the next call does not make it unsaid. */
async function* runCall(
  call: ToolCallItem,
  { tools, loops, trace }: CallDeps,
  signal: AbortSignal,
): AsyncGenerator<ThreadEvent, ToolCallOutputItem> {
  const span = trace?.begin()
  const work = { kind: 'tool_call', tool: call.name, call_id: call.call_id } as const
  try {
    const output = loops.told(call, yield* tools.dispatch(call, span?.context, signal))
    yield { type: 'response_item', item: output }
    if (span) {
      yield* trace?.take(span) ?? []
      yield span.end(work, output.failed ? 'failed' : undefined)
    }
    return output
  } catch (error) {
    if (span) {
      yield* trace?.take(span) ?? []
      yield span.end(work, spanError(error, signal))
    }
    throw error
  }
}
