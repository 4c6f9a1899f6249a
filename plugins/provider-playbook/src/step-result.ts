import type { CallOutput } from './outputs-of-turn.ts'

/** What one call gave. */
export interface CallResult {
  /** What a model would have been told; empty for a call that was not made. */
  readonly text: string
  /** The result as data; null where the tool gives none. */
  readonly structured: unknown
  /** One line for people; empty where the tool gives none. */
  readonly summary: string
  readonly failed: boolean
  /** True where `when` was false. */
  readonly skipped: boolean
}

/** One round of a step with `for_each`. */
export interface ItemResult extends CallResult {
  /** What the list held. */
  readonly item: unknown
  readonly index: number
}

/** What templates see as `steps.ID`. Of a step with `for_each`: `text` joined, `structured` a list, `failed` if one did, `skipped` if all were. */
export interface StepResult extends CallResult {
  /** The rounds of `for_each`; empty without it. */
  readonly items: readonly ItemResult[]
  /** Items beyond `max_items`. */
  readonly left_out: number
}

/** A call that was not made, since `when` was false. */
export const skippedCall: CallResult = { text: '', structured: null, summary: '', failed: false, skipped: true }

export function callResult(output: CallOutput): CallResult {
  return {
    text: output.output,
    structured: output.structured ?? null,
    summary: output.summary ?? '',
    failed: output.failed ?? false,
    skipped: false,
  }
}

export function singleStep(result: CallResult): StepResult {
  return { ...result, items: [], left_out: 0 }
}

export function loopStep(items: readonly ItemResult[], leftOut: number): StepResult {
  const made = items.filter(({ skipped }) => !skipped)
  const failures = made.filter(({ failed }) => failed).length
  const parts = [
    `${made.length} of ${items.length + leftOut}`,
    ...(failures > 0 ? [`${failures} did not work`] : []),
    ...(leftOut > 0 ? [`${leftOut} beyond the limit`] : []),
  ]
  return {
    text: made.map(({ text }) => text).join('\n\n'),
    structured: made.flatMap(({ structured }) => (structured === null ? [] : [structured])),
    summary: parts.join(', '),
    failed: failures > 0,
    skipped: made.length === 0,
    items,
    left_out: leftOut,
  }
}
