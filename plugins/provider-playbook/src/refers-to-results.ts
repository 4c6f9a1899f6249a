import type { Playbook } from 'codex-kernel/plugin-api'

/** True where a step's condition or arguments name results of other steps: it then waits for those before it. */
export function refersToResults(step: Playbook['steps'][number]): boolean {
  return /\b(?:steps|findings|counts)\b/.test(`${step.when ?? ''} ${JSON.stringify(step.arguments)}`)
}
