import type { CallOutput } from './outputs-of-turn.ts'

/** What templates see as `steps.ID`. */
export interface StepResult {
  /** What a model would have been told; empty for a skipped step. */
  readonly text: string
  /** The result as data; null where the tool gives none. */
  readonly structured: unknown
  readonly failed: boolean
  readonly skipped: boolean
}

/** A step whose `when` was false. */
export const skippedStep: StepResult = { text: '', structured: null, failed: false, skipped: true }

export function stepResult(output: CallOutput): StepResult {
  return {
    text: output.output,
    structured: output.structured ?? null,
    failed: output.failed ?? false,
    skipped: false,
  }
}
