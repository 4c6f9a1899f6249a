import type { WorkflowDefinition } from '../plugin-api/index.ts'

/** A workflow file, as far as it says which goals it is for. */
export interface WorkflowGoals {
  readonly id: string
  readonly value: { readonly workflow: Pick<WorkflowDefinition['workflow'], 'goals'> }
}

/**
 * The workflows that say that they are for a goal, in their order: those that name the very goal; where none does, those that name words which
 * stand in it one behind the other. Case, signs and spaces between words count for nothing.
 */
export function workflowsForGoal<Workflow extends WorkflowGoals>(
  goal: string,
  workflows: readonly Workflow[],
): readonly Workflow[] {
  const asked = plainWords(goal)
  const forWhich = (fits: (words: string) => boolean) =>
    workflows.filter(({ value }) => value.workflow.goals.map(plainWords).some((words) => words !== '' && fits(words)))
  const exact = forWhich((words) => words === asked)
  return exact.length > 0 ? exact : forWhich((words) => ` ${asked} `.includes(` ${words} `))
}

const plainWords = (text: string): string =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean)
    .join(' ')
