/** Points whose contributions are modules with an id. */
export const modulePoints = [
  'tools',
  'toolSources',
  'providers',
  'sandboxes',
  'handlers',
  'routers',
  'definitionKinds',
  'observers',
] as const
/** A point whose contributions are modules. */
export type ModulePoint = (typeof modulePoints)[number]
/** Points whose contributions are files. */
export const filePoints = ['agents', 'commands', 'skills', 'profiles', 'policies'] as const
/** A point whose contributions are files. */
export type FilePoint = (typeof filePoints)[number]
/** Name of the constant that a contributed module exports, by point. */
export const exportNames = {
  tools: 'tool',
  toolSources: 'toolSource',
  providers: 'provider',
  sandboxes: 'sandbox',
  hooks: 'hook',
  handlers: 'handler',
  routers: 'router',
  definitionKinds: 'definitionKind',
  observers: 'observer',
} as const satisfies Record<ModulePoint | 'hooks', string>

/** Points that the design names and this version does not have: naming one is said, and the rest of the plugin loads. */
export const futurePoints = ['executors', 'interfaces', 'sources', 'environments', 'mcpServers'] as const
