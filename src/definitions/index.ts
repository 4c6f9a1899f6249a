export {
  type BuiltinKind,
  loadAgents,
  loadCommands,
  loadPolicies,
  loadProfiles,
  loadSkills,
} from './builtin-kinds.ts'
export { type CachedFile, type DefinitionCache, openDefinitionCache } from './definition-cache.ts'
export type { DefinitionSource } from './definition-source.ts'
export { lintDefinition } from './lint-definition.ts'
export { type LoadedDefinitions, loadKind } from './load-definitions.ts'
export { newDefinition } from './new-definition.ts'
export { type ResolvedProfile, resolveProfile } from './resolve-profile.ts'
