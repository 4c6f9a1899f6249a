import { isDeepStrictEqual } from 'node:util'
import type { Grant } from '../../plugin-api/index.ts'
import { resolveAction } from '../gate/resolve-action.ts'

/**
 * Those of an earlier run that mean today what they meant then: a path that leads elsewhere by now was not what a person said yes to. Whether
 * they may still be granted is for the layers of today to say.
 */
export async function keptGrants(grants: readonly Grant[]): Promise<readonly Grant[]> {
  const kept: Grant[] = []
  for (const grant of grants) if (await isSame(grant)) kept.push(grant)
  return kept
}

async function isSame(grant: Grant): Promise<boolean> {
  if (grant.type !== 'action') return true
  const now = await resolveAction(grant.action).catch(() => undefined) // what cannot be resolved is asked again
  return isDeepStrictEqual(now, grant.action)
}
