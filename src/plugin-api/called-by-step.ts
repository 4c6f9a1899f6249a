import type { Playbook } from './playbook.ts'

/** Such names are of calls for whatever serves a capability; no tool is called so. */
const capabilityPrefix = 'capability__'

/** What the call of a step names: its tool, or what stands for its capability. */
export function calledByStep({ tool, capability }: Pick<Playbook['steps'][number], 'tool' | 'capability'>): string {
  return capability === undefined ? tool : `${capabilityPrefix}${capability}`
}

/** The capability that a call names in place of a tool; undefined where it names a tool. */
export function capabilityOfName(name: string): string | undefined {
  return name.startsWith(capabilityPrefix) ? name.slice(capabilityPrefix.length) : undefined
}
