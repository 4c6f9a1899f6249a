import type { HookOutcome, HookRunner } from '../kernel/run-hooks.ts'
import {
  type Action,
  type Decision,
  type ImagePart,
  isCodexError,
  type SealedArguments,
  type ThreadEvent,
  type ToolCallItem,
  type ToolCallOutputItem,
  type TraceContext,
} from '../plugin-api/index.ts'
import type { Gate, Refusal } from '../security/gate.ts'
import { createToolContext, type ToolContextDeps } from './context/create-tool-context.ts'
import { type Denial, decisionOf, denialItem, denialText } from './denial.ts'
import type { ItemLedger } from './item-ledger.ts'
import { type DispatchableTool, isJsonTool } from './json-tool.ts'
import { bytesPerToken, limitOutput } from './output-limit.ts'
import { checkToolInput, parseToolInput } from './parse-tool-input.ts'
import type { SchemaObject } from './portable-schema.ts'
import { redactValue } from './redact-value.ts'
import { type RunEvent, type RunResult, runTool } from './run-tool.ts'
import { sealedStill, withoutSealed, withSealedAgain } from './sealed-arguments.ts'

export interface DispatchDeps {
  /** Id of a tool, and what loads its module. `keys`: those that a model is told of, where it calls one that there is not. */
  readonly tools: Pick<ReadonlyMap<string, () => Promise<DispatchableTool>>, 'get' | 'keys'>
  /** What says all that the schema of a tool does. Absent: nothing does. */
  exactInput?(tool: string): SchemaObject | undefined
  readonly gate: Gate
  readonly hooks: HookRunner
  readonly context: ToolContextDeps
  readonly ledger: ItemLedger
  /** What the call hands on to what it starts. Absent: nothing. */
  readonly trace?: TraceContext | undefined
  /** What the model sees of one output. */
  readonly maxOutputBytes: number
}

/** Of the data URLs of one output; servers take some 20 MB in a request. */
const maxImageCharacters = 16_000_000

export type ToolStreamEvent = Extract<
  ThreadEvent,
  { type: 'item.started' | 'item.updated' | 'item.completed' | 'item.delta' | 'call.failed' }
>

/** Of the arguments that a person is shown. */
const maxDetailBytes = 2000

/** How a call ended, before it is an item of the history. */
interface Answer {
  readonly text: string
  readonly failed: boolean
  readonly images?: readonly ImagePart[]
  readonly summary?: string
  readonly structured?: unknown
  readonly maxTokens?: number
  readonly outputFile?: string
}

/**
 * Carries out one tool call: schema check, PreToolUse hooks (what they rewrite is checked again), gate, run, PostToolUse
 * hooks. Yields items as they happen and returns what goes into the history. What the model or the tool did wrong is told
 * to the model, never thrown.
 *
 * @throws the abort reason; what the audit log throws when an outcome cannot be written
 */
export async function* dispatchToolCall(
  call: ToolCallItem,
  deps: DispatchDeps,
  signal: AbortSignal,
): AsyncGenerator<ToolStreamEvent, ToolCallOutputItem> {
  signal.throwIfAborted()
  const load = deps.tools.get(call.name)
  if (!load) {
    yield callFailed(call, 'there is no such tool')
    return outputItem(call, failure(unknownTool(call.name, deps.tools.keys())))
  }
  let tool: DispatchableTool
  try {
    tool = await load()
  } catch (error) {
    signal.throwIfAborted()
    yield callFailed(call, describeError(error))
    return outputItem(call, failure(`${call.name} cannot be used: ${describeError(error)}`))
  }
  const exact = deps.exactInput?.(call.name)
  const sent = await parseToolInput(tool, call, exact)
  if (!sent.ok) {
    yield callFailed(call, `its arguments do not fit: ${sent.problem}`)
    return outputItem(call, failure(`failed to parse function arguments: ${sent.problem}`))
  }

  // What only writes will write; a command may well not, and has a sandbox of its own.
  if (writesFiles(tool)) deps.context.exec.writer.prepare(deps.gate.permissions)
  const { threadId, turnId, cwd } = deps.context
  const place = { threadId, turnId, cwd, tool: call.name, callId: call.call_id }
  const sealed = call.type === 'function_call' ? call.sealed : undefined
  const before = await deps.hooks.run('PreToolUse', { ...place, input: withoutSealed(sent.given, sealed) }, signal)
  const action: Action = { kind: 'tool', tool: call.name }
  if (before.decision === 'deny') {
    return outputItem(call, yield* refuse(await deps.gate.refuse(action, byHook(before), signal), deps.ledger))
  }
  const parsed = before.rewrittenBy
    ? await checkToolInput(tool, withSealedAgain(before.input, sent.given, sealed), exact)
    : sent
  if (!parsed.ok) {
    const why = byHook({ reason: unfitting(call, before, parsed.problem) })
    return outputItem(call, yield* refuse(await deps.gate.refuse(action, why, signal), deps.ledger))
  }
  if (before.rewrittenBy) yield deps.ledger.add({ type: 'notice', message: `${rewriting(call, before)}.` })
  const stillSealed = sealedStill(parsed.given, sent.given, sealed)
  const given = withoutSealed(parsed.given, stillSealed)
  const decision = await decide(action, tool, given, deps, signal)
  if (decision.outcome !== 'allow') {
    if (isJsonTool(tool) && tool.refusedItem) yield deps.ledger.add(tool.refusedItem(given, decision.reason))
    return outputItem(call, yield* refuse(decision, deps.ledger))
  }

  const running = { input: parsed.input, given, sealed: stillSealed }
  const answer = yield* settleAfter(runShown(tool, call, running, deps, signal), decision, deps.gate, signal)
  const text = shortened(deps.context.redact(answer.text), answer, call.name, deps)
  const about = { ...place, input: given, output: text, failed: answer.failed }
  const after = await deps.hooks.run('PostToolUse', about, signal)
  for (const failure of after.failures ?? [])
    yield deps.ledger.add({ type: 'notice', message: deps.context.redact(failure) })
  const contexts = [
    toldOf(call, before, given, deps),
    before.context,
    after.decision === 'deny' ? after.reason : undefined,
    after.context,
  ]
  const structured = redactValue(answer.structured, deps.context.redact)
  const summary = answer.summary === undefined ? {} : { summary: deps.context.redact(answer.summary) }
  return outputItem(call, { ...answer, ...summary, structured, text: [text, ...contexts].filter(Boolean).join('\n\n') })
}

function sealedOf(call: ToolCallItem, names: readonly string[] = []): SealedArguments | undefined {
  const provider = call.type === 'function_call' ? call.provider : undefined
  return names.length > 0 && provider !== undefined ? { names, provider } : undefined
}

function writesFiles(tool: DispatchableTool): boolean {
  return !isJsonTool(tool) && tool.effects.includes('write') && !tool.effects.includes('exec')
}

/** As much of an output as the model is to see; a file has the rest. */
function shortened(text: string, { maxTokens, outputFile }: Answer, tool: string, deps: DispatchDeps): string {
  const maxBytes = Math.min(deps.maxOutputBytes, (maxTokens ?? Number.POSITIVE_INFINITY) * bytesPerToken)
  return limitOutput(text, maxBytes, () => outputFile ?? deps.context.exec.outputs.keep(tool, text))
}

/** A tool of a source may have to be agreed to, whatever the permissions say. */
async function decide(
  action: Action,
  tool: DispatchableTool,
  given: unknown,
  { gate, context }: DispatchDeps,
  signal: AbortSignal,
): Promise<Decision> {
  if (!isJsonTool(tool) || !tool.approval) return await gate.authorize(action, signal)
  const detail = limitOutput(context.redact(JSON.stringify(given)), maxDetailBytes)
  const layer = [tool.source, tool.group].filter(Boolean).join(' ')
  return await gate.authorizeAsked(action, { layer, rule: 'approval', ...tool.approval, detail }, signal)
}

/** Runs the tool and shows it: its own items, or one `tool_call`. */
async function* runShown(
  tool: DispatchableTool,
  call: ToolCallItem,
  parsed: { readonly input: unknown; readonly given: unknown; readonly sealed: readonly string[] | undefined },
  deps: DispatchDeps,
  signal: AbortSignal,
): AsyncGenerator<ToolStreamEvent, Answer> {
  const { ledger, gate } = deps
  const scope = ledger.newScope()
  const isShown = tool.item !== 'own'
  const shown = (summary: string, status: 'in_progress' | 'completed' | 'failed') =>
    ledger.record(
      scope,
      { type: 'tool_call', tool: call.name, arguments: parsed.given, summary, status },
      status !== 'in_progress',
    )
  if (isShown) yield shown('', 'in_progress')

  const contextFor: Parameters<typeof runTool>[2] = (channel) =>
    createToolContext(deps.context, {
      ...channel,
      gate,
      tool: call.name,
      callId: call.call_id,
      sealed: sealedOf(call, parsed.sealed),
      trace: deps.trace,
      turnSignal: signal,
    })
  const denials = new Set<Decision>()
  let hasItem = isShown
  const events = runTool(tool, parsed.input, contextFor, signal)
  let result: RunResult
  try {
    let step = await events.next()
    for (; !step.done; step = await events.next()) {
      if (step.value.type === 'denied') denials.add(step.value.decision)
      hasItem ||= step.value.type === 'item' || step.value.type === 'denied'
      yield showEvent(step.value, isJsonTool(tool), scope, deps)
    }
    result = step.value
  } finally {
    await events.return({ ok: false, error: undefined })
  }

  const denial = result.ok ? undefined : decisionOf(result.error)
  if (denial && !denials.has(denial)) yield ledger.add(denialItem(denial))
  const answer = answerOf(result, denial)
  if (answer.failed && !hasItem && !denial) yield callFailed(call, answer.summary ?? firstLine(answer.text))
  if (isShown) yield shown(answer.summary ?? firstLine(answer.text), answer.failed ? 'failed' : 'completed')
  yield* ledger.failOpen(scope)
  return answer
}

/** What a source shows comes from elsewhere, so secrets are taken out of it here; other tools do so themselves. */
function showEvent(
  event: RunEvent,
  isOfSource: boolean,
  scope: string,
  { ledger, context }: DispatchDeps,
): ToolStreamEvent {
  switch (event.type) {
    case 'denied':
      return ledger.add(denialItem(event.decision))
    case 'finding':
      return ledger.add({ type: 'finding', finding: redactValue(event.finding, context.redact) })
    case 'output':
      return ledger.delta(itemKey(event.key, scope), event.delta)
    case 'item':
      return ledger.record(
        itemKey(event.key, scope),
        isOfSource ? redactValue(event.item, context.redact) : event.item,
        event.done,
      )
  }
}

/** `turn:NAME` and `open:NAME` are one for all calls; other keys are the call's own. */
function itemKey(key: string | undefined, scope: string): string {
  if (key === undefined) return scope
  return key.startsWith('turn:') || key.startsWith('open:') ? key : `${scope}:${key}`
}

function answerOf(result: RunResult, denial: Decision | undefined): Answer {
  if (result.ok) return { failed: false, ...result.output }
  if (denial) return { text: denialText(denial), failed: true, summary: `denied: ${denial.reason}` }
  return failure(describeError(result.error))
}

/** Passes a run through and records in the audit log how the call ended, whichever way it does. */
async function* settleAfter(
  run: AsyncGenerator<ToolStreamEvent, Answer>,
  decision: Decision,
  gate: Gate,
  signal: AbortSignal,
): AsyncGenerator<ToolStreamEvent, Answer> {
  let status: 'done' | 'failed' | 'interrupted' = 'interrupted'
  try {
    const answer = yield* run
    status = answer.failed ? 'failed' : 'done'
    return answer
  } catch (error) {
    if (!signal.aborted) status = 'failed'
    throw error
  } finally {
    await gate.settle(decision, { status })
  }
}

async function* refuse(denial: Denial, ledger: ItemLedger): AsyncGenerator<ToolStreamEvent, Answer> {
  yield ledger.add(denialItem(denial))
  return failure(denialText(denial))
}

function byHook({ reason = 'A hook denies it.', deniedBy }: Partial<HookOutcome>): Refusal {
  const { file, line } = deniedBy ?? {}
  const place = { ...(file !== undefined && { file }), ...(line !== undefined && { line }) }
  return { reason, layer: 'hook', rule: 'PreToolUse', ...place }
}

/** What a person is told where hooks changed a call. */
function rewriting({ name }: ToolCallItem, { rewrittenBy = [] }: HookOutcome): string {
  return `The PreToolUse hook of ${rewrittenBy.join(' and ')} rewrote the arguments of ${name}`
}

function unfitting(call: ToolCallItem, before: HookOutcome, problem: string): string {
  return `${rewriting(call, before)} into what the tool does not take: ${problem}`
}

/** What a model is told of it, which else takes what came back for the answer to what it sent. */
function toldOf(
  { name }: ToolCallItem,
  { rewrittenBy }: HookOutcome,
  given: unknown,
  { context }: DispatchDeps,
): string | undefined {
  if (rewrittenBy === undefined) return undefined
  const shown = limitOutput(context.redact(JSON.stringify(given)), maxDetailBytes)
  return `A hook of the user changed the arguments of this call. ${name} ran with: ${shown}`
}

/** For a person, who would see nothing of it else. */
function callFailed({ name }: ToolCallItem, message: string): ToolStreamEvent {
  return { type: 'call.failed', tool: name, message }
}

function failure(text: string): Answer {
  return { text, failed: true }
}

function outputItem(call: ToolCallItem, answer: Answer): ToolCallOutputItem {
  const body = {
    call_id: call.call_id,
    ...withImages(answer.text, answer.images ?? []),
    ...(answer.structured !== undefined && { structured: answer.structured }),
    ...(answer.failed && { failed: true }),
    ...(answer.summary !== undefined && { summary: answer.summary }),
  }
  return call.type === 'function_call'
    ? { type: 'function_call_output', ...body }
    : { type: 'custom_tool_call_output', ...body }
}

/** As many of the images as there is room for; what is left out is said. */
function withImages(text: string, images: readonly ImagePart[]): Pick<ToolCallOutputItem, 'output' | 'images'> {
  const kept: ImagePart[] = []
  let room = maxImageCharacters
  for (const image of images) {
    room -= image.image_url.length
    if (room >= 0) kept.push(image)
  }
  const left = images.length - kept.length
  const note = left > 0 ? `[${left} of ${images.length} images are left out: together they are too large.]` : ''
  return { output: [text, note].filter(Boolean).join('\n'), ...(kept.length > 0 && { images: kept }) }
}

function unknownTool(name: string, known: Iterable<string>): string {
  return `unsupported call: ${name}. The tools are: ${[...known].sort().join(', ')}`
}

/** Message and way out, without a stack. */
function describeError(error: unknown): string {
  if (isCodexError(error)) return error.hint === undefined ? error.message : `${error.message}. ${error.hint}`
  return error instanceof Error ? error.message : String(error)
}

function firstLine(text: string): string {
  const line = text.split('\n').find((each) => each.trim() !== '') ?? ''
  return line.length > 120 ? `${line.slice(0, 119)}…` : line
}
