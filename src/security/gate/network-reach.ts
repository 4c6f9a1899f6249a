import type { Permissions } from '../../plugin-api/index.ts'

/** What commands reach: nothing; hosts that the gate allows one by one, by a relay; or all that the machine does. */
export type NetworkReach = 'none' | 'hosts' | 'host'

/**
 * The machine's network only where nothing narrows it and the profile asks for no sandbox. `none` where surely no host is allowed, nor
 * may be asked for.
 */
export function networkReach(profileSandbox: 'required' | 'none', { network }: Permissions): NetworkReach {
  const isNarrowed = network.allow.length > 0 || network.askable.length > 0
  if (!isNarrowed && profileSandbox === 'none') return 'host'
  return network.askable.every(({ allow }) => allow.length > 0) ? 'hosts' : 'none'
}
