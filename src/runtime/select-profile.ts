import type { ConfigFile } from '../config/schema.ts'
import { type ResolvedProfile, resolveProfile } from '../definitions/resolve-profile.ts'
import { CodexError, isCodexError, type Location } from '../plugin-api/errors.ts'
import type { Definition } from '../plugin-api/origin.ts'
import type { PermissionLayer } from '../plugin-api/permissions.ts'
import type { ProfileDefinition } from '../plugin-api/profile.ts'
import { escapePath } from '../security/permissions/path-pattern.ts'
import {
  type ProfileSettings,
  permissionsOfProfile,
  settingsOfProfile,
} from '../security/permissions/permissions-of-profile.ts'
import type { Places } from '../security/places.ts'
import type { ThreadSettings } from './runtime-options.ts'

/** The profile that a thread runs under, with all that narrows it. */
export interface SelectedProfile {
  readonly id: string
  /** The flag or key that chose it; absent where nothing did. */
  readonly chosenBy?: string
  /** Ids of the profiles of a repository or a command that narrow it. */
  readonly narrowedBy: readonly string[]
  /** Each with all that it extends: the profile itself, with what flags and configuration add to it, then those that narrow it. */
  readonly chains: readonly ResolvedProfile[]
  readonly layers: readonly PermissionLayer[]
  /** The strictest of all files that have a say. */
  readonly settings: ProfileSettings
}

const profileOfSandboxMode = {
  'read-only': 'offline',
  'workspace-write': 'workspace-write',
  'danger-full-access': 'trusted',
} as const
type SandboxMode = keyof typeof profileOfSandboxMode

/** Codex' built-in values of `default_permissions`; others name tables. */
export const profileOfPermissions: ReadonlyMap<string, string> = new Map([
  [':read-only', 'offline'],
  [':workspace', 'workspace-write'],
  [':danger-full-access', 'trusted'],
])

/** The id of the profile that stands for the table `[permissions.NAME]`. */
export function permissionTableId(name: string): string {
  return `permissions.${name}`
}

type ProfileConfig = Pick<
  ConfigFile,
  'security_profile' | 'sandbox_mode' | 'default_permissions' | 'sandbox_workspace_write'
>

export interface ProfileInputs {
  readonly settings: ThreadSettings
  /** What every layer but the repository says. */
  readonly config: ProfileConfig
  /** What the repository says: it only narrows. */
  readonly repositoryConfig: ProfileConfig
  /** True where `-p NAME` named a configuration layer. */
  readonly profileLayerFound: boolean
  /** Of every layer but the repository's. */
  readonly own: readonly Definition<ProfileDefinition>[]
  /** The repository's; of an untrusted one, `project:NAME`. */
  readonly project: readonly Definition<ProfileDefinition>[]
  /** A command's `profile`: narrows. */
  readonly commandProfile?: string
  readonly places: Places
  /** Hosts that the user adds to what may be reached. Absent: none. */
  readonly allowHosts?: readonly string[]
  /** Where the configuration says a key: the user's, or the repository's. Absent, or undefined: in no file. */
  readonly placeOf?: (key: string, by: 'user' | 'repository') => Location | undefined
}

/**
 * Chooses the security profile: flags first, then the configuration, then `offline`. What a repository or a command
 * chooses, and a repository's profile of the same name, only narrow what the user's layers say.
 *
 * @throws CodexError `usage.unknown_definition` with the nearest names, `definition.invalid`
 */
export function selectProfile(inputs: ProfileInputs): SelectedProfile {
  const { config, own, project } = inputs
  const known = [...own, ...project.filter((profile) => !own.some(({ id }) => id === profile.id))]
  const choice = flagProfile(inputs, known) ?? configuredProfile(config)
  const id = idAmong(known, choice?.id ?? 'offline')

  const hosts = [...(choice?.hosts ?? []), ...(inputs.allowHosts ?? [])]
  const base = withHosts(
    withOwnTemp(
      withRoots(
        placed(choice?.by, 'user', inputs, () =>
          resolveProfile(id, id.startsWith('project:') ? [...own, ...project] : known),
        ),
        extraRoots(id, inputs),
      ),
      inputs,
    ),
    hosts,
  )
  const ofRepository = configuredProfile(inputs.repositoryConfig)
  const alsoNamed = [ofRepository?.id, inputs.commandProfile]
    .flatMap((name) => (name === undefined ? [] : idAmong(known, name)))
    .filter((name) => name !== id)
  const isOwn = own.some((profile) => profile.id === id)
  const narrowing = [...(isOwn ? [id] : []), ...alsoNamed].flatMap((name) =>
    project
      .filter((profile) => profile.id === name || profile.id === `project:${name}`)
      .map((each) => narrowedBy(each, name, known)),
  )
  // A profile that only the repository knows is no wider than the default.
  const limit = isOwn ? [] : [withHosts(resolveProfile('offline', own), hosts)]
  const chains = [
    base,
    ...alsoNamed.map((name) =>
      placed(name === ofRepository?.id ? ofRepository.by : undefined, 'repository', inputs, () =>
        resolveProfile(name, known),
      ),
    ),
    ...narrowing,
    ...limit,
  ]
  return {
    id,
    ...(choice && { chosenBy: choice.by }),
    narrowedBy: chains.slice(1).map((profile) => profile.id),
    chains,
    layers: chains.flatMap((profile) => permissionsOfProfile(profile, inputs.places)),
    settings: settingsOfProfile({ chain: chains.flatMap(({ chain }) => chain) }),
  }
}

/** A profile that is not there is told with the key of the configuration that names it, and its place. */
function placed<T>(
  key: string | undefined,
  by: 'user' | 'repository',
  { placeOf }: ProfileInputs,
  resolve: () => T,
): T {
  try {
    return resolve()
  } catch (error) {
    const location = key === undefined ? undefined : placeOf?.(key, by)
    if (location === undefined || !isCodexError(error) || error.location) throw error
    const { code, message, hint } = error
    throw new CodexError(code, `${message}, which ${key} names`, {
      location,
      cause: error,
      ...(hint !== undefined && { hint }),
    })
  }
}

/** Directories that the user adds to what may be written: `--add-dir`, and `writable_roots`, which say nothing of a table of permissions. */
function extraRoots(id: string, { settings, config }: ProfileInputs): readonly string[] {
  const roots = id.startsWith(permissionTableId('')) ? [] : (config.sandbox_workspace_write?.writable_roots ?? [])
  return [...roots, ...(settings.addDirs ?? [])]
}

/** The profile with more directories to write in, where it lets anything be written at all. */
function withRoots(profile: ResolvedProfile, roots: readonly string[]): ResolvedProfile {
  if (roots.length === 0) return profile
  const chain = profile.chain.map((definition) => {
    const { write } = definition.value
    if (write === undefined || write.allow.length === 0) return definition
    return {
      ...definition,
      value: { ...definition.value, write: { ...write, allow: [...write.allow, ...roots.map(escapePath)] } },
    }
  })
  return { ...profile, chain }
}

/** The profile with more hosts, in each file that bounds them. */
function withHosts(profile: ResolvedProfile, hosts: readonly string[]): ResolvedProfile {
  if (hosts.length === 0) return profile
  const chain = profile.chain.map((definition) => {
    const { extends: base, network = base === undefined ? noHosts : undefined } = definition.value
    if (network === undefined) return definition
    const allow = [...network.allow, ...hosts]
    return { ...definition, value: { ...definition.value, network: { ...network, allow } } }
  })
  return { ...profile, chain }
}

const noHosts: NonNullable<ProfileDefinition['network']> = { allow: [], ask: [], deny: [], methods: 'all' }

/** Where the configuration keeps /tmp or $TMPDIR from being written, the profile with a private one in place of both. */
function withOwnTemp(profile: ResolvedProfile, { config, repositoryConfig }: ProfileInputs): ResolvedProfile {
  const excludes = [config, repositoryConfig].some(
    ({ sandbox_workspace_write: said }) => said?.exclude_slash_tmp || said?.exclude_tmpdir_env_var,
  )
  if (!excludes) return profile
  const chain = profile.chain.map((definition) => {
    const { write } = definition.value
    const allow = write?.allow.filter((pattern) => pattern !== ':tmp') ?? []
    return {
      ...definition,
      value: { ...definition.value, temp: 'private' as const, ...(write && { write: { ...write, allow } }) },
    }
  })
  return { ...profile, chain }
}

/** A repository's profile that extends the one of its own name has that as its base already. */
function narrowedBy(
  profile: Definition<ProfileDefinition>,
  id: string,
  known: readonly Definition<ProfileDefinition>[],
): ResolvedProfile {
  const base = profile.value.extends
  const bases = base === undefined || base === id ? [] : resolveProfile(base, known).chain
  return { id: profile.id, chain: [...bases, profile] }
}

/** An id, and the flag or key that says it. */
interface Choice {
  readonly id: string
  readonly by: string
  /** Hosts that it allows besides. Absent: none. */
  readonly hosts?: readonly string[]
}

function configuredProfile(config: ProfileConfig): Choice | undefined {
  if (config.security_profile !== undefined) return { id: config.security_profile, by: 'security_profile' }
  if (config.sandbox_mode !== undefined) return ofSandboxMode(config.sandbox_mode, config, 'sandbox_mode')
  const { default_permissions: named } = config
  const id = named && (profileOfPermissions.get(named) ?? permissionTableId(named))
  return chosen(id, 'default_permissions')
}

function flagProfile(inputs: ProfileInputs, known: readonly Definition<ProfileDefinition>[]): Choice | undefined {
  const { settings, config, profileLayerFound } = inputs
  if (settings.bypass) return { id: 'trusted', by: '--dangerously-bypass-approvals-and-sandbox' }
  if (settings.securityProfile !== undefined) return { id: settings.securityProfile, by: '--security-profile' }
  if (settings.sandboxMode !== undefined) return ofSandboxMode(settings.sandboxMode, config, '--sandbox')
  if (settings.approveForMe) return ofSandboxMode('workspace-write', config, '--approve-for-me')
  const { profile } = settings
  if (profile === undefined) return undefined
  const isKnown = known.some(({ id }) => id === idAmong(known, profile))
  return isKnown || !profileLayerFound ? { id: profile, by: '--profile' } : undefined
}

function chosen(id: string | undefined, by: string): Choice | undefined {
  return id === undefined ? undefined : { id, by }
}

/** `network_access` is what it is in Codex: commands reach the internet, and are not asked about. */
function ofSandboxMode(mode: SandboxMode, config: ProfileConfig, by: string): Choice {
  if (mode === 'workspace-write' && config.sandbox_workspace_write?.network_access) {
    return { id: 'workspace-net', by, hosts: ['*'] }
  }
  return { id: profileOfSandboxMode[mode], by }
}

/** A table of permissions answers to its own name too, where no profile has it. */
function idAmong(known: readonly Definition<ProfileDefinition>[], name: string): string {
  const has = (wanted: string) => known.some(({ id }) => id === wanted)
  const id = alias(name)
  return !has(id) && has(permissionTableId(name)) ? permissionTableId(name) : id
}

/** `workspace` is short for workspace-write. */
function alias(id: string): string {
  return id === 'workspace' ? 'workspace-write' : id
}
