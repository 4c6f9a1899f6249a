import type { AgentPath } from '../../plugin-api/agent-tree.ts'
import { CodexError } from '../../plugin-api/errors.ts'

/** The agent that a person began. */
export const rootPath: AgentPath = '/root'

/** The path of a child. @throws CodexError `agents.name` */
export function childPath(parent: AgentPath, name: string): AgentPath {
  if (!/^[a-z0-9_]+$/.test(name)) {
    throw new CodexError('agents.name', `"${name}" cannot be the name of an agent`, {
      hint: 'Use lower-case letters, digits and underscores alone.',
    })
  }
  return `${parent}/${name}`
}

/** True for a path that is the other one, or below it. */
export function isAtOrBelowAgent(path: AgentPath, of: AgentPath): boolean {
  return path === of || path.startsWith(`${of}/`)
}

/** A free name made of an agent's id: `code_reviewer`, then `code_reviewer_2`. */
export function freeName(agent: string, isTaken: (name: string) => boolean): string {
  const name = agent.toLowerCase().replace(/[^a-z0-9_]/g, '_')
  for (let count = 1; ; count++) {
    const each = count === 1 ? name : `${name}_${count}`
    if (!isTaken(each)) return each
  }
}
