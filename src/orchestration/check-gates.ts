import type { Finding, Task, TaskGate } from '../plugin-api/index.ts'
import { type Severity, severities } from '../plugin-api/severity.ts'
import type { FinalTaskState } from '../plugin-api/task-states.ts'

/** How a task that has ended stands, as gates look at it. */
export interface EndedTask {
  readonly state: FinalTaskState
  readonly required: boolean
  readonly findings: readonly Finding[]
}

/** Why a task may not begin; `questions`: what a person has to agree to first, in order; none: it may begin. */
export type GateAnswer =
  | { readonly closed: string }
  | { readonly closed?: undefined; readonly questions: readonly string[] }

/**
 * Whether a task may begin, now that all before it has ended. What it needs has to be done, unless that task is not required or a gate on its
 * result says otherwise.
 *
 * @param needs what it needs itself
 * @param ended every task that comes before it, by id
 */
export function checkGates(
  { gates }: Pick<Task, 'gates'>,
  needs: readonly string[],
  ended: ReadonlyMap<string, EndedTask>,
): GateAnswer {
  const gated = new Set(gates.flatMap((gate) => (gate.type === 'result' ? [gate.task] : [])))
  for (const need of needs) {
    const task = ended.get(need)
    if (gated.has(need) || task === undefined || task.state === 'done' || !task.required) continue
    return { closed: `needs ${need}, which is ${task.state}` }
  }
  for (const gate of gates) {
    const closed = gate.type === 'person' ? undefined : closedBy(gate, needs, ended)
    if (closed !== undefined) return { closed }
  }
  return { questions: gates.flatMap((gate) => (gate.type === 'person' ? [gate.question] : [])) }
}

function closedBy(
  gate: Exclude<TaskGate, { type: 'person' }>,
  needs: readonly string[],
  ended: ReadonlyMap<string, EndedTask>,
): string | undefined {
  if (gate.type === 'result') {
    const state = ended.get(gate.task)?.state ?? 'blocked'
    const isOpen = gate.is === 'ended' || (gate.is === 'done' ? state === 'done' : state === 'failed')
    return isOpen ? undefined : `gate: ${gate.task} is ${state}, and has to be ${gate.is}`
  }
  const counted = gate.tasks.length > 0 ? gate.tasks : needs
  const count = counted
    .flatMap((id) => ended.get(id)?.findings ?? [])
    .filter(({ severity }) => isAtLeast(severity, gate.at_or_above)).length
  const { at_least: least = 0, at_most: most = Number.POSITIVE_INFINITY } = gate
  if (count >= least && count <= most) return undefined
  const bound = count > most ? `at most ${most}` : `at least ${least}`
  return `gate: ${count} ${count === 1 ? 'finding' : 'findings'} at or above ${gate.at_or_above} in ${counted.join(', ')}, and there have to be ${bound}`
}

/** Whether a severity is as grave as another one, or graver. */
function isAtLeast(severity: Severity, other: Severity): boolean {
  return severities.indexOf(severity) <= severities.indexOf(other)
}
