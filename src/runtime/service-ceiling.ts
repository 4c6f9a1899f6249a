import type { Permissions, ServiceConfinement, ServiceHold } from '../plugin-api/index.ts'
import { needsSandbox } from '../security/gate/needs-sandbox.ts'
import { type NetworkReach, networkReach } from '../security/gate/network-reach.ts'
import { cacheDirectories } from '../security/permissions/cache-directories.ts'
import { coversAll } from '../security/permissions/dimension-of.ts'
import { intersectAll } from '../security/permissions/intersect.ts'
import { openBesides } from '../security/permissions/open-besides.ts'
import type { ProfileSettings } from '../security/permissions/permissions-of-profile.ts'
import type { Places } from '../security/places.ts'
import { rootsOfRule } from '../security/sandbox-policy/roots-of-rule.ts'
import type { SelectedProfile } from './select-profile.ts'

/** Permissions, and the settings that go with them. */
export interface Ceiling {
  readonly profile: string
  readonly permissions: Permissions
  readonly settings: Pick<ProfileSettings, 'protection' | 'temp' | 'sandbox'>
}

/** The same for one program, with what it comes to. */
export interface ServiceCeiling extends Ceiling {
  readonly reach: NetworkReach
  readonly confinement: ServiceConfinement
}

/**
 * What a program runs under: the permissions of the thread, or the profile that its table names, and what that table opens
 * besides. Only the user's own table replaces or opens; a repository's narrows.
 *
 * @throws CodexError `usage.unknown_definition`, `definition.invalid`
 */
export async function serviceCeiling(
  hold: ServiceHold | undefined,
  thread: Ceiling,
  deps: { readonly places: Places; profileNamed(id: string): Promise<SelectedProfile> },
): Promise<ServiceCeiling> {
  const { profile, permissions, settings } = await ceilingOf(hold, thread, deps)
  const { writable = [], network = [] } = hold?.isUsers === true ? hold : {}
  const opened = openBesides(permissions, { writable, network }, deps.places)
  // Programs that know no proxy are why all hosts are the machine's network, and not a relay to it.
  const isAll = network.includes('*') && opened.network.allow.length === 0
  const reach = isAll ? 'host' : networkReach(settings.sandbox, opened)
  const ceiling = { profile, permissions: opened, settings, reach }
  return { ...ceiling, confinement: confinementOf(ceiling, deps.places) }
}

async function ceilingOf(
  hold: ServiceHold | undefined,
  thread: Ceiling,
  deps: { profileNamed(id: string): Promise<SelectedProfile> },
): Promise<Ceiling> {
  if (hold?.profile === undefined) return thread
  const { id, layers, settings } = await deps.profileNamed(hold.profile)
  const named = { profile: id, permissions: intersectAll(layers.map((layer) => layer.permissions)), settings }
  if (hold.isUsers) return named
  return {
    profile: `${thread.profile} and ${id}`,
    permissions: intersectAll([thread.permissions, named.permissions]),
    settings: {
      protection: thread.settings.protection === 'on' ? 'on' : settings.protection,
      temp: thread.settings.temp === 'private' ? 'private' : settings.temp,
      sandbox: thread.settings.sandbox === 'required' ? 'required' : settings.sandbox,
    },
  }
}

function confinementOf(
  { profile, permissions, settings, reach }: Omit<ServiceCeiling, 'confinement'>,
  places: Places,
): ServiceConfinement {
  if (!needsSandbox(settings.sandbox, permissions)) {
    return { profile, isUnheld: true, network: 'all', summary: `profile ${profile}: no sandbox` }
  }
  const network = ({ host: 'all', hosts: 'some', none: 'none' } as const)[reach]
  const reaches = {
    all: 'reaches the network of the machine',
    some: `reaches ${hostsOf(permissions)}`,
    none: 'no network',
  }[network]
  const summary = `profile ${profile}: ${writes(permissions.write.allow, places)}, ${reaches}`
  return { profile, isUnheld: false, network, summary }
}

/** The hosts that all layers name, for people. */
function hostsOf({ network }: Permissions): string {
  const narrowing = network.allow.filter((clause) => !coversAll([clause]))
  const [first, ...others] = narrowing.map(({ allow }) => allow.map((subject) => subject.replace(/^\S+ /, '')))
  if (first === undefined) return 'the public network'
  const named = [...new Set(first.filter((host) => others.every((hosts) => hosts.includes(host))))]
  return named.length === 0 ? 'hosts that a person agrees to' : named.join(', ')
}

function writes(rule: Permissions['write']['allow'], { workspaceRoot, tempDir, homeDir }: Places): string {
  const roots = rootsOfRule(rule)
  if (roots === 'all') return 'writes everything'
  const caches = new Set(cacheDirectories(homeDir))
  const nameOf = (root: string): string => {
    if (root === workspaceRoot) return 'the workspace'
    if (root === tempDir) return 'temp'
    if (caches.has(root)) return 'caches'
    return root.startsWith(`${homeDir}/`) ? `~${root.slice(homeDir.length)}` : root
  }
  const names = [...new Set(roots.whole.map(nameOf))]
  return names.length === 0 ? 'writes nothing' : `writes ${names.join(', ')}`
}
