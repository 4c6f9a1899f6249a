import { CodexError } from '../../plugin-api/errors.ts'
import { isAtOrBelow } from '../permissions/path-pattern.ts'
import { existingPath } from './existing-path.ts'

/**
 * What the places that a rule names lead to, as far as the rule allows that too: whoever writes in a workspace can put a link there, and
 * would choose what is opened. A link within another of these places is none of them, as it is none where it is not named. What does
 * not exist is left out.
 *
 * @param roots of all clauses of the rule; of a link outside of the workspace the rule names what it leads to as well (`expandPattern`)
 * @returns real paths
 * @throws CodexError `sandbox.failed`: one leads to what is not allowed
 */
export function realRoots(roots: readonly string[], access: 'read' | 'write'): readonly string[] {
  const real = roots.flatMap((named) => {
    const leadsTo = existingPath(named)
    if (leadsTo === undefined) return []
    if (isNamedToo(named, leadsTo, roots)) return leadsTo
    if (roots.some((root) => root !== named && isAtOrBelow(named, root))) return []
    throw leadsAway(named, leadsTo, access)
  })
  return [...new Set(real)].sort()
}

/** Whether a place is no link, or what it leads to lies in one of the places as well. */
export function isNamedToo(named: string, leadsTo: string, roots: readonly string[]): boolean {
  return leadsTo === named || roots.some((root) => isAtOrBelow(leadsTo, root))
}

function leadsAway(named: string, real: string, access: 'read' | 'write'): CodexError {
  const can = access === 'read' ? 'read' : 'written'
  return new CodexError('sandbox.failed', `${named} may be ${can}, but it is a link to ${real}, which may not.`, {
    hint: `Take the link away, or name ${real} in the profile where that is what you want.`,
  })
}
