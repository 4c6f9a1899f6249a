import type { Playbook } from 'codex-kernel/plugin-api'

/** True where a step's conditions or arguments name results of other steps: it then waits for those before it. */
export function refersToResults(step: Playbook['steps'][number]): boolean {
  const expressions = [step.when ?? '', step.for_each ?? '', JSON.stringify(step.arguments)]
  return /\b(?:steps|findings|groups|counts|checks)\b/.test(expressions.join(' '))
}
