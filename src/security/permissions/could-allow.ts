import type { Clause, Dimension } from '../../plugin-api/index.ts'
import { compileNamePattern } from './name-pattern.ts'

/**
 * Whether a dimension of names (tools, agents) may let any name through that begins so: false only where it surely lets
 * none. For what costs something to open before its names are known.
 */
export function couldAllow({ askable }: Dimension, prefix: string): boolean {
  return askable.every((clause) => couldHold(clause, prefix))
}

function couldHold({ allow, deny }: Clause, prefix: string): boolean {
  // No name holds this character: what covers it covers every name that begins so.
  const anyName = `${prefix}\u0000`
  if (deny.some((pattern) => compileNamePattern(pattern)(anyName))) return false
  return allow.some((pattern) => {
    const [literal = ''] = pattern.split('*')
    return pattern.includes('*') ? literal.startsWith(prefix) || prefix.startsWith(literal) : pattern.startsWith(prefix)
  })
}
