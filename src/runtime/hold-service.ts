import type { Permissions, ServiceConfinement, ServiceHold, ServiceRequest } from '../plugin-api/index.ts'
import type { NetworkReach } from '../security/gate/network-reach.ts'
import type { Gate } from '../security/gate.ts'
import { cacheDirectories } from '../security/permissions/cache-directories.ts'
import { intersectAll } from '../security/permissions/intersect.ts'
import { openBesides } from '../security/permissions/open-besides.ts'
import type { ProfileSettings } from '../security/permissions/permissions-of-profile.ts'
import type { Places } from '../security/places.ts'
import { rootsOfRule } from '../security/sandbox-policy/roots-of-rule.ts'
import { type CommandNetwork, createCommandNetwork } from '../tools/context/command-network.ts'
import type { ThreadSecurity } from './open-thread-security.ts'

/** What a program that runs beside a thread is held to. */
export interface HeldService extends Pick<ProfileSettings, 'protection' | 'temp'> {
  /** Decides for it alone. */
  readonly gate: Gate
  readonly network: CommandNetwork
  readonly confinement: ServiceConfinement
}

/** Permissions and the settings that go with them. */
interface Ceiling {
  readonly profile: string
  readonly permissions: Permissions
  readonly settings: Pick<ProfileSettings, 'protection' | 'temp' | 'sandbox'>
}

/**
 * What a program runs under: the permissions of the thread, or the profile that its table names, and what that table opens
 * besides. Only the user's own table replaces or opens; a repository's narrows.
 *
 * @throws CodexError `usage.unknown_definition`, `definition.invalid`
 */
export async function holdService(
  { name, hold }: Pick<ServiceRequest, 'name' | 'hold'>,
  { threadId, gate, security, places }: HoldDeps,
): Promise<HeldService> {
  const thread = {
    profile: security.profile.id,
    permissions: gate.permissions,
    settings: security.profile.settings,
  }
  const { profile, permissions, settings } = await ceilingOf(hold, thread, security)
  const { writable = [], network = [] } = hold?.isUsers === true ? hold : {}
  const opened = openBesides(permissions, { writable, network }, places)
  const own = security.gateUnder(threadId, [{ name, permissions: opened }], settings)
  // Programs that know no proxy are why all hosts are the machine's network, and not a relay to it.
  const reach = network.includes('*') && opened.network.allow.length === 0 ? 'host' : own.networkReach
  return {
    gate: own,
    network: createCommandNetwork({ gate: { ...own, networkReach: reach } }),
    protection: settings.protection,
    temp: settings.temp,
    confinement: confinementOf(profile, own, reach, places),
  }
}

/** What the thread gives. */
export interface HoldDeps {
  readonly threadId: string
  readonly gate: Pick<Gate, 'permissions'>
  readonly security: Pick<ThreadSecurity, 'profile' | 'profileNamed' | 'gateUnder'>
  readonly places: Places
}

async function ceilingOf(
  hold: ServiceHold | undefined,
  thread: Ceiling,
  security: Pick<ThreadSecurity, 'profileNamed'>,
): Promise<Ceiling> {
  if (hold?.profile === undefined) return thread
  const { id, layers, settings } = await security.profileNamed(hold.profile)
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
  profile: string,
  { permissions, needsSandbox }: Gate,
  reach: NetworkReach,
  places: Places,
): ServiceConfinement {
  if (!needsSandbox) return { profile, isUnheld: true, network: 'all', summary: `profile ${profile}: no sandbox` }
  const network = ({ host: 'all', hosts: 'some', none: 'none' } as const)[reach]
  const reaches = {
    all: 'the network of the machine',
    some: 'the network as far as it is allowed',
    none: 'no network',
  }[network]
  const summary = `profile ${profile}: ${writes(permissions.write.allow, places)}, ${reaches}`
  return { profile, isUnheld: false, network, summary }
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
