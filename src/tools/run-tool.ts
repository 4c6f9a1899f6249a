import type { Decision, ToolContext, ToolEffect, ToolEvent, ToolOutput, ToolRun } from '../plugin-api/index.ts'
import { createEventQueue } from './event-queue.ts'
import { type DispatchableTool, isJsonTool } from './json-tool.ts'
import { isFreeform } from './tool-spec.ts'

/** What happens in a running call: what the tool says, and what the gate refused it. */
export type RunEvent = ToolEvent | { readonly type: 'denied'; readonly decision: Decision }

export type RunResult =
  | { readonly ok: true; readonly output: ToolOutput }
  | { readonly ok: false; readonly error: unknown }

/** What a run hands to the context that it makes for its tool. */
export interface RunChannel {
  emit(event: ToolEvent): void
  denied(decision: Decision): void
  readonly signal: AbortSignal
}

/** How long a tool that was told to stop may take to end by itself, so that an interrupt is answered within 100 ms. */
const stopGraceMs = 60
/** One that may have begun a change is to end it whole: files that are put in place, commands and threads that are recorded. */
const changeGraceMs = 2000
const changes: ReadonlySet<ToolEffect> = new Set(['write', 'exec', 'delegate'])

/**
 * Runs a tool of either shape. Events come out as they happen, through one queue, whether the tool emits or yields them;
 * one that yields is asked for more only when the reader is. What the tool throws is the result.
 *
 * @throws the abort reason, once the tool has ended or had its time to
 */
export async function* runTool(
  tool: DispatchableTool,
  input: unknown,
  contextFor: (channel: RunChannel) => ToolContext,
  signal: AbortSignal,
): AsyncGenerator<RunEvent, RunResult> {
  const queue = createEventQueue<RunEvent>()
  const stop = new AbortController()
  const ctx = contextFor({
    emit: (event) => queue.push(event),
    denied: (decision) => queue.push({ type: 'denied', decision }),
    signal: AbortSignal.any([signal, stop.signal]),
  })
  const drive = async (): Promise<ToolOutput> => {
    const running = start(tool, input, ctx)
    if (!isGenerator(running)) return checkOutput(await running)
    for (;;) {
      const step = await running.next()
      if (step.done) return checkOutput(step.value)
      queue.push(step.value)
      await queue.drained()
      if (ctx.signal.aborted) {
        // Only runs the generator's `finally`; what it would return is not looked at.
        await running.return(undefined as never)
        ctx.signal.throwIfAborted()
      }
    }
  }
  const settled = drive()
    .then(
      (output): RunResult => ({ ok: true, output }),
      (error: unknown): RunResult => ({ ok: false, error }),
    )
    .finally(() => queue.close())
  const released = endWithin(settled, { graceMs: graceOf(tool), onExpired: queue.close }, ctx.signal)
  try {
    yield* queue
    signal.throwIfAborted()
    return await settled
  } finally {
    stop.abort()
    queue.close()
    await released
  }
}

function start(tool: DispatchableTool, input: unknown, ctx: ToolContext): ToolRun {
  // `parseToolInput` has checked the input against this tool: text for a freeform one, the schema's output else.
  return !isJsonTool(tool) && isFreeform(tool) ? tool.run(String(input), ctx) : tool.run(input, ctx)
}

/** Resolves when the tool has ended; after an abort at the latest when its time to stop is over. */
async function endWithin(
  settled: Promise<unknown>,
  { graceMs, onExpired }: { readonly graceMs: number; readonly onExpired: () => void },
  signal: AbortSignal,
): Promise<void> {
  const { promise: expired, resolve } = Promise.withResolvers<void>()
  let timer: NodeJS.Timeout | undefined
  const startTimer = () => {
    timer = setTimeout(() => {
      onExpired()
      resolve()
    }, graceMs)
  }
  if (signal.aborted) startTimer()
  else signal.addEventListener('abort', startTimer, { once: true })
  try {
    await Promise.race([settled, expired])
  } finally {
    signal.removeEventListener('abort', startTimer)
    clearTimeout(timer)
  }
}

function graceOf(tool: DispatchableTool): number {
  const mayChange = !isJsonTool(tool) && tool.effects.some((effect) => changes.has(effect))
  return mayChange ? changeGraceMs : stopGraceMs
}

function isGenerator(run: ToolRun): run is AsyncGenerator<ToolEvent, ToolOutput> {
  return Symbol.asyncIterator in run
}

/** A plugin's code may give anything. */
function checkOutput(output: ToolOutput): ToolOutput {
  if (typeof output?.text !== 'string') throw new TypeError('the tool ended without an output text')
  return output
}
