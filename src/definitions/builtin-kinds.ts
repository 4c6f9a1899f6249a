import type {
  AgentDefinition,
  CommandDefinition,
  PolicyDefinition,
  ProfileDefinition,
  SkillDefinition,
} from '../plugin-api/index.ts'
import type { DefinitionCache } from './definition-cache.ts'
import type { DefinitionSource } from './definition-source.ts'
import { type LazyKind, type LoadedDefinitions, loadDefinitions } from './load-definitions.ts'

/**
 * The kinds of file that the program itself knows. Commands and agents are cached. Profiles and policies are few and decide what
 * is allowed, so they are read from their own files at every start; those of this package are parsed by the build.
 */
export const builtinKinds = {
  command: {
    id: 'command',
    cacheVersion: 'command-2',
    standsBeside: false,
    open: async () => (await import('./parse-command.ts')).commandKind,
  },
  agent: {
    id: 'agent',
    cacheVersion: 'agent-2',
    standsBeside: false,
    open: async () => (await import('./parse-agent.ts')).agentKind,
  },
  skill: {
    id: 'skill',
    cacheVersion: 'skill-1',
    standsBeside: false,
    open: async () => (await import('./parse-skill.ts')).skillKind,
  },
  profile: {
    id: 'profile',
    standsBeside: false,
    open: async () => (await import('./parse-profile.ts')).profileKind,
  },
  policy: {
    id: 'policy',
    // All rules are applied and the strictest answers: no file takes another's rules away by its name.
    standsBeside: true,
    open: async () => (await import('./parse-policy.ts')).policyKind,
  },
} as const satisfies {
  command: LazyKind<CommandDefinition>
  agent: LazyKind<AgentDefinition>
  skill: LazyKind<SkillDefinition>
  profile: LazyKind<ProfileDefinition>
  policy: LazyKind<PolicyDefinition>
}
export type BuiltinKind = keyof typeof builtinKinds

export function loadCommands(
  sources: readonly DefinitionSource[],
  cache: DefinitionCache,
): Promise<LoadedDefinitions<CommandDefinition>> {
  return loadDefinitions(builtinKinds.command, sources, cache)
}

/** Aliases of an untrusted repository's agents are dropped: they are called as `project:NAME` alone. */
export async function loadAgents(
  sources: readonly DefinitionSource[],
  cache: DefinitionCache,
): Promise<LoadedDefinitions<AgentDefinition>> {
  const loaded = await loadDefinitions(builtinKinds.agent, sources, cache)
  const effective = loaded.effective.map((definition) =>
    definition.origin.trusted
      ? definition
      : { ...definition, value: { ...definition.value, agent: { ...definition.value.agent, aliases: [] } } },
  )
  return { ...loaded, effective }
}

/** Those of an untrusted repository are called `project:NAME`. They are text and grant nothing. */
export function loadSkills(
  sources: readonly DefinitionSource[],
  cache: DefinitionCache,
): Promise<LoadedDefinitions<SkillDefinition>> {
  return loadDefinitions(builtinKinds.skill, sources, cache)
}

/** Each profile as written; `resolveProfile` applies `extends`. A diagnostic of severity `error` stops threads from starting. */
export function loadProfiles(
  sources: readonly DefinitionSource[],
  cache: DefinitionCache,
): Promise<LoadedDefinitions<ProfileDefinition>> {
  return loadDefinitions(builtinKinds.profile, sources, cache)
}

/**
 * Policy files and `*.rules` files. A diagnostic of severity `error` stops threads from starting.
 *
 * @param verify what those who judge commands say of a parsed file; absent: nothing
 */
export function loadPolicies(
  sources: readonly DefinitionSource[],
  cache: DefinitionCache,
  verify?: LazyKind<PolicyDefinition>['verify'],
): Promise<LoadedDefinitions<PolicyDefinition>> {
  return loadDefinitions({ ...builtinKinds.policy, ...(verify && { verify }) }, sources, cache)
}
