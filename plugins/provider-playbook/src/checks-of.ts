import type { Playbook } from 'codex-kernel/plugin-api'
import { shorten } from './shorten.ts'
import type { StepResult } from './step-result.ts'

/** What became of a step, for the reader of a report. */
export interface Check {
  readonly id: string
  readonly title: string
  readonly tool: string
  readonly state: 'done' | 'failed' | 'left out'
  /** What came out, why it did not work, or why it was not made. */
  readonly summary: string
}

/** The steps that are done or left out, in the order of the file. */
export function checksOf(playbook: Playbook, results: Readonly<Record<string, StepResult>>): readonly Check[] {
  return playbook.steps.flatMap((step): Check[] => {
    const result = results[step.id]
    if (result === undefined) return []
    const { id, title = step.id } = step
    const tool = step.capability ?? step.tool
    if (result.skipped) return [{ id, title, tool, state: 'left out', summary: reasonOf(step) }]
    const { failed, summary, text, items } = result
    if (!failed) return [{ id, title, tool, state: 'done', summary }]
    const first = items.find((each) => each.failed)
    return [{ id, title, tool, state: 'failed', summary: first ? `${summary}: ${shorten(first.text)}` : shorten(text) }]
  })
}

function reasonOf(step: Playbook['steps'][number]): string {
  if (step.for_each !== undefined) return `nothing to go through in \`${step.for_each}\``
  return `not needed: \`${step.when ?? 'true'}\` does not hold`
}

/** The list that ends a report of sections. */
export function checkLines(checks: readonly Check[]): string {
  return checks
    .map(({ title, state, summary }) => {
      if (state === 'done') return `- ${title}${summary === '' ? '' : `: ${summary}`}`
      return `- ${title}: ${state === 'failed' ? 'did not work' : 'left out'}, ${summary}`
    })
    .join('\n')
}
