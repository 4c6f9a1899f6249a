import {
  CodexError,
  type HistoryItem,
  type ModelEvent,
  type ModelRequest,
  type Playbook,
  type ProviderContext,
} from 'codex-kernel/plugin-api'
import { fillArguments } from './fill-arguments.ts'
import { isTrue } from './is-true.ts'
import { type CallOutput, callIdOf, outputsOfTurn } from './outputs-of-turn.ts'
import { type PlaybookValues, playbookValues } from './playbook-values.ts'
import { refersToResults } from './refers-to-results.ts'
import { type StepResult, skippedStep, stepResult } from './step-result.ts'

type Step = Playbook['steps'][number]

/**
 * One answer of a playbook: the calls that are next, or the report. It keeps nothing between answers: which steps are
 * done is read from the history. A step that uses results waits for those before it; so does one behind a step
 * whose failure would end the turn. Others go out together.
 *
 * @throws CodexError `playbook.invalid`; the abort reason
 */
export async function* carryOut(
  request: ModelRequest,
  ctx: ProviderContext,
  signal: AbortSignal,
): AsyncGenerator<ModelEvent> {
  signal.throwIfAborted()
  const agent = request.agent
  const playbook = agent?.playbook
  if (!agent || !playbook) throw noPlaybook(agent?.agent.id)
  const disclosure = `No language model was used: the playbook of ${agent.agent.name} was carried out.`
  const outputs = outputsOfTurn(request.input)
  if (outputs.size === 0) yield { type: 'notice', message: disclosure }

  const { calls, values } = await nextCalls(playbook, request, outputs, ctx)
  const items = calls.length > 0 ? calls : [message(`${await report(playbook, values, ctx)}\n\n${disclosure}`)]
  for (const item of items) yield { type: 'item', item }
  yield { type: 'completed', usage: noUsage }
}

interface Progress {
  /** Empty: every step is done or left out. */
  readonly calls: readonly HistoryItem[]
  readonly values: PlaybookValues
}

async function nextCalls(
  playbook: Playbook,
  request: ModelRequest,
  outputs: ReadonlyMap<string, CallOutput>,
  ctx: ProviderContext,
): Promise<Progress> {
  const results: Record<string, StepResult> = {}
  const calls: HistoryItem[] = []
  for (const [index, step] of playbook.steps.entries()) {
    if (calls.length > 0 && refersToResults(step)) break
    const output = outputs.get(callIdOf(index, step.id))
    if (output) {
      results[step.id] = finished(step, output)
      continue
    }
    const values = playbookValues(request.task, results)
    if (!(await isWanted(step, values, ctx))) {
      results[step.id] = skippedStep
      continue
    }
    calls.push(await call(index, step, values, ctx))
    if (!step.continue_on_error) break
  }
  return { calls, values: playbookValues(request.task, results) }
}

function finished(step: Step, output: CallOutput): StepResult {
  const result = stepResult(output)
  if (!result.failed || step.continue_on_error) return result
  throw new CodexError('playbook.invalid', `Step "${step.id}" (${step.tool}) failed: ${shorten(result.text)}`, {
    hint: `Mend the cause and run again, or set continue_on_error = true on the step to go on without its result.`,
  })
}

async function isWanted(step: Step, values: PlaybookValues, ctx: ProviderContext): Promise<boolean> {
  if (step.when === undefined) return true
  const { when } = step
  return isTrue(await inStep(`"when" of step "${step.id}"`, () => ctx.evaluate(when, values)))
}

async function call(index: number, step: Step, values: PlaybookValues, ctx: ProviderContext): Promise<HistoryItem> {
  const filled = await inStep(`"arguments" of step "${step.id}"`, () => fillArguments(step.arguments, values, ctx))
  return {
    type: 'function_call',
    name: step.tool,
    arguments: JSON.stringify(filled),
    call_id: callIdOf(index, step.id),
  }
}

async function report(playbook: Playbook, values: PlaybookValues, ctx: ProviderContext): Promise<string> {
  return (await inStep('the report', () => ctx.render(playbook.report, values))).trim()
}

/** Says which part of the playbook a template error is about. */
async function inStep<T>(part: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (cause) {
    throw new CodexError('playbook.invalid', `In ${part}: ${cause instanceof Error ? cause.message : String(cause)}`, {
      hint: 'Templates know prompt, paths, steps.ID of earlier steps, findings and counts.',
      cause,
    })
  }
}

function message(text: string): HistoryItem {
  return { type: 'message', role: 'assistant', content: [{ type: 'output_text', text }] }
}

function shorten(text: string): string {
  const line = text.trim().split('\n', 1)[0] ?? ''
  return line.length > 300 ? `${line.slice(0, 300)} …` : line || 'it gave no reason'
}

function noPlaybook(agentId: string | undefined): CodexError {
  const who = agentId === undefined ? 'The default agent' : `Agent "${agentId}"`
  return new CodexError('playbook.invalid', `${who} has no [playbook]`, {
    hint: 'Name an agent that has one (codex agents list), or configure a model.',
  })
}

const noUsage = {
  input_tokens: 0,
  cached_input_tokens: 0,
  cache_write_input_tokens: 0,
  output_tokens: 0,
  reasoning_output_tokens: 0,
}
