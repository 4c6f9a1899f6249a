import {
  CodexError,
  calledByStep,
  type HistoryItem,
  type ModelRequest,
  type Playbook,
  type ProviderContext,
} from 'codex-kernel/plugin-api'
import { fillArguments } from './fill-arguments.ts'
import { inPart } from './in-part.ts'
import { isTrue } from './is-true.ts'
import { listItems } from './list-items.ts'
import { type CallOutput, callIdOf } from './outputs-of-turn.ts'
import { type PlaybookValues, playbookValues } from './playbook-values.ts'
import { refersToResults } from './refers-to-results.ts'
import { shorten } from './shorten.ts'
import {
  type CallResult,
  callResult,
  type ItemResult,
  loopStep,
  type StepResult,
  singleStep,
  skippedCall,
} from './step-result.ts'

type Step = Playbook['steps'][number]
type Templates = Pick<ProviderContext, 'render' | 'evaluate'>
type Values = Readonly<Record<string, unknown>>
type Outputs = ReadonlyMap<string, CallOutput>

export interface Progress {
  /** Empty: every step is done or left out. */
  readonly calls: readonly HistoryItem[]
  readonly values: PlaybookValues
}

/**
 * The calls that are next, worked out from those that are done. A step that uses results waits for those before it; so
 * does one behind a step whose failure would end the turn. Others go out together, the rounds of a loop always.
 *
 * @throws CodexError `playbook.invalid`
 */
export async function nextCalls(
  playbook: Playbook,
  task: ModelRequest['task'],
  outputs: Outputs,
  templates: Templates,
): Promise<Progress> {
  const results: Record<string, StepResult> = {}
  const calls: HistoryItem[] = []
  for (const [index, step] of playbook.steps.entries()) {
    if (calls.length > 0 && refersToResults(step)) break
    const values = playbookValues(playbook, task, results)
    const { made, result } = await advance(index, step, values, outputs, templates)
    calls.push(...made)
    if (result) results[step.id] = result
    else if (!step.continue_on_error) break
  }
  return { calls, values: playbookValues(playbook, task, results) }
}

/** Calls of a step that are still to be made, or its result. */
interface Advance {
  readonly made: readonly HistoryItem[]
  readonly result?: StepResult
}

async function advance(
  index: number,
  step: Step,
  values: Values,
  outputs: Outputs,
  templates: Templates,
): Promise<Advance> {
  if (step.for_each === undefined) {
    const one = await round(callIdOf(index, step.id), step, values, outputs, templates)
    return 'call' in one ? { made: [one.call] } : { made: [], result: singleStep(one.result) }
  }
  const { for_each } = step
  const list = await inPart(`"for_each" of step "${step.id}"`, async () =>
    listItems(await templates.evaluate(for_each, values)),
  )
  const made: HistoryItem[] = []
  const items: ItemResult[] = []
  for (const [number, item] of list.slice(0, step.max_items).entries()) {
    const id = callIdOf(index, step.id, number)
    const one = await round(id, step, { ...values, item, index: number }, outputs, templates)
    if ('call' in one) made.push(one.call)
    else items.push({ ...one.result, item, index: number })
  }
  return made.length > 0 ? { made } : { made, result: loopStep(items, Math.max(0, list.length - step.max_items)) }
}

async function round(
  callId: string,
  step: Step,
  values: Values,
  outputs: Outputs,
  templates: Templates,
): Promise<{ readonly call: HistoryItem } | { readonly result: CallResult }> {
  const output = outputs.get(callId)
  if (output) return { result: finished(step, callResult(output), values) }
  const { when } = step
  const isWanted =
    when === undefined || isTrue(await inPart(`"when" of step "${step.id}"`, () => templates.evaluate(when, values)))
  if (!isWanted) return { result: skippedCall }
  const filled = await inPart(`"arguments" of step "${step.id}"`, () =>
    fillArguments(step.arguments, values, templates),
  )
  return {
    call: { type: 'function_call', name: calledByStep(step), arguments: JSON.stringify(filled), call_id: callId },
  }
}

function finished(step: Step, result: CallResult, values: Values): CallResult {
  if (!result.failed || step.continue_on_error) return result
  const round = step.for_each === undefined ? '' : `, item ${describe(values.item)}`
  throw new CodexError(
    'playbook.invalid',
    `Step "${step.id}" (${step.capability ?? step.tool}${round}) failed: ${shorten(result.text)}`,
    {
      hint: 'Mend the cause and run again, or set continue_on_error = true on the step to go on without its result.',
    },
  )
}

function describe(item: unknown): string {
  return shorten(typeof item === 'string' ? item : (JSON.stringify(item) ?? String(item)))
}
