import type { ReadHooks } from '../definitions/hooks/command-hook.ts'
import {
  type LoadedDefinitions,
  loadAgents,
  loadCommands,
  loadKind,
  loadPolicies,
  loadProfiles,
  loadSkills,
} from '../definitions/index.ts'
import { lazily } from '../kernel/lazily.ts'
import { CodexError } from '../plugin-api/errors.ts'
import type {
  AgentDefinition,
  CommandDefinition,
  CommandEntry,
  Definition,
  Diagnostic,
  Handler,
  PolicyDefinition,
  ProfileDefinition,
  SkillDefinition,
} from '../plugin-api/index.ts'
import { definitionSources, kindSources } from './definition-sources.ts'
import { findHooks } from './hooks/find-hooks.ts'
import type { Kernel } from './load-kernel.ts'
import { verifyPolicy } from './verify-policy.ts'

/** The definitions of a run, each kind loaded when it is first asked for and kept as it was then. */
export interface DefinitionStore {
  commands(): Promise<LoadedDefinitions<CommandDefinition>>
  /** Commands that code implements. */
  handlers(): Promise<readonly Definition<Handler>[]>
  /** Why the handler of that name did not load; undefined where it did, or there is none. */
  handlerFailure(name: string): Promise<Error | undefined>
  /** Files and handlers in one list; a file of the same name shadows a handler. */
  commandEntries(): Promise<readonly Definition<CommandEntry>[]>
  /** Also where agents are turned off: the default one still runs. */
  agents(): Promise<LoadedDefinitions<AgentDefinition>>
  /** Of every layer but the repository's, whose profiles narrow these and never shadow them. */
  profiles(): Promise<LoadedDefinitions<ProfileDefinition>>
  projectProfiles(): Promise<LoadedDefinitions<ProfileDefinition>>
  policies(): Promise<LoadedDefinitions<PolicyDefinition>>
  skills(): Promise<LoadedDefinitions<SkillDefinition>>
  /** Programs that files name as hooks. */
  hooks(): Promise<ReadHooks>
  /** Of a plugin's kind, or `skill`. @throws CodexError `usage.unknown_definition`, `plugin.module` */
  kind(id: string): Promise<LoadedDefinitions<unknown>>
  /** Adds to the diagnostics what was found while something ran. */
  report(diagnostic: Diagnostic): void
  /** Of all kinds that have been loaded so far. */
  diagnostics(): readonly Diagnostic[]
  /** @throws CodexError `definition.blocking` where a profile, policy, rules or hook file, or a plugin with hooks or policies, did not load */
  assertSafe(): Promise<void>
}

/** The kinds of file that a store may take over from the one before it, where nothing of theirs has changed. */
export type CarriedDefinitions = Partial<
  Pick<DefinitionStore, 'commands' | 'agents' | 'skills' | 'profiles' | 'projectProfiles' | 'policies'>
>

export function openDefinitionStore(kernel: Kernel, carried: CarriedDefinitions = {}): DefinitionStore {
  const found: Diagnostic[] = []
  const noted = async <T>(loading: Promise<LoadedDefinitions<T>>) => {
    const loaded = await loading
    found.push(...loaded.diagnostics)
    return loaded
  }
  const sourcesOf = (point: Parameters<typeof definitionSources>[0]) =>
    definitionSources(point, kernel.sources, kernel.registry)
  const kinds = new Map<string, Promise<LoadedDefinitions<unknown>>>()

  const commands = lazily(() => noted(carried.commands?.() ?? loadCommands(sourcesOf('commands'), kernel.cache)))
  const skills = lazily(() => noted(carried.skills?.() ?? loadSkills(sourcesOf('skills'), kernel.cache)))
  const failures = new Map<string, Error>()
  const handlers = lazily(() => loadHandlers(kernel, found, failures))
  const policySources = () =>
    sourcesOf('policies').filter(({ glob }) => !(kernel.options.settings.ignoreRules && glob === '*.rules'))
  const profileSources = (isProject: boolean) =>
    sourcesOf('profiles').filter(({ layer }) => (layer === 'project') === isProject)
  const profiles = lazily(() => noted(carried.profiles?.() ?? loadProfiles(profileSources(false), kernel.cache)))
  const projectProfiles = lazily(() =>
    noted(carried.projectProfiles?.() ?? loadProfiles(profileSources(true), kernel.cache)),
  )
  const hooks = lazily(async () => {
    const read = await readHooks(kernel)
    found.push(...read.diagnostics)
    return read
  })
  const policies = lazily(() =>
    noted(carried.policies?.() ?? loadPolicies(policySources(), kernel.cache, verifyPolicy)),
  )
  return {
    commands,
    handlers,
    async handlerFailure(name) {
      await handlers()
      return failures.get(name)
    },
    skills,
    profiles,
    projectProfiles,
    policies,
    hooks,
    agents: lazily(() => noted(carried.agents?.() ?? loadAgents(sourcesOf('agents'), kernel.cache))),
    commandEntries: async () => mergeEntries((await commands()).effective, await handlers()),
    kind(id) {
      if (id === 'skill') return skills()
      const existing = kinds.get(id)
      if (existing) return existing
      const loading = noted(loadPluginKind(id, kernel))
      kinds.set(id, loading)
      return loading
    },
    report: (diagnostic) => void found.push(diagnostic),
    diagnostics: () => [...found],
    async assertSafe() {
      const guard = kernel.brokenPlugins.find(({ mayForbid }) => mayForbid)
      if (guard) throw blocking(guard.diagnostics[0])
      const loaded = await Promise.all([profiles(), projectProfiles(), policies(), hooks()])
      const broken = loaded.flatMap(({ diagnostics }) => diagnostics).find(({ severity }) => severity === 'error')
      if (broken) throw blocking(broken)
    },
  }
}

/** Most homes have no hooks, and import nothing for them. */
async function readHooks(kernel: Kernel): Promise<ReadHooks> {
  const places = findHooks(kernel)
  if (places === undefined) return { hooks: [], diagnostics: [] }
  const { loadHooks } = await import('./hooks/load-hooks.ts')
  return await loadHooks(places, kernel)
}

async function loadHandlers(
  kernel: Kernel,
  found: Diagnostic[],
  failures: Map<string, Error>,
): Promise<readonly Definition<Handler>[]> {
  const loaded = await Promise.all(
    kernel.registry.modules('handlers').map(async (contribution): Promise<Definition<Handler>[]> => {
      const { plugin, entry } = contribution
      try {
        const value = await kernel.activator.module(contribution)
        const origin = {
          layer: plugin.layer,
          plugin: plugin.name,
          file: `${plugin.root}/${entry.module.slice(2)}`,
          trusted: true,
        }
        return [{ kind: 'command', id: value.metadata.name, value, origin, shadows: [] }]
      } catch (cause) {
        const error = cause instanceof Error ? cause : new Error(String(cause))
        failures.set(contribution.id, error)
        found.push({ severity: 'error', code: 'plugin.module', message: error.message })
        return []
      }
    }),
  )
  return loaded.flat()
}

function mergeEntries(
  files: readonly Definition<CommandDefinition>[],
  handlers: readonly Definition<Handler>[],
): readonly Definition<CommandEntry>[] {
  const shadowed = new Map(handlers.map((handler) => [handler.id, handler]))
  const fileEntries = files.map((file): Definition<CommandEntry> => {
    const { template: _, templateLine: __, ...metadata } = file.value
    const hidden = shadowed.get(file.id)?.origin
    return { ...file, value: { ...metadata, type: 'file' }, shadows: hidden ? [...file.shadows, hidden] : file.shadows }
  })
  const names = new Set(files.map((file) => file.id))
  const handlerEntries = handlers
    .filter((handler) => !names.has(handler.id))
    .map((handler): Definition<CommandEntry> => {
      const { metadata, gives } = handler.value
      return { ...handler, value: { ...metadata, type: 'handler', ...(gives && { gives }) } }
    })
  return [...fileEntries, ...handlerEntries].sort((a, b) => a.id.localeCompare(b.id))
}

async function loadPluginKind(id: string, kernel: Kernel): Promise<LoadedDefinitions<unknown>> {
  const contribution = kernel.registry.modules('definitionKinds').find((each) => each.id === id)
  if (!contribution) {
    const known = kernel.registry
      .modules('definitionKinds')
      .map((each) => each.id)
      .join(', ')
    throw new CodexError('usage.unknown_definition', `There is no definition kind "${id}"`, {
      hint: `Known: ${known || 'none'}`,
    })
  }
  const kind = await kernel.activator.module(contribution)
  const { name, version } = contribution.plugin
  const sources = kindSources(contribution.entry, kernel.sources, kernel.registry)
  return await loadKind(kind, sources, { cache: kernel.cache, plugin: `${name}@${version}` })
}

function blocking(broken: Diagnostic): CodexError {
  const { file, line, column, field } = broken
  return new CodexError(
    'definition.blocking',
    `No thread can start, because a file that may forbid things did not load: ${broken.message}`,
    {
      hint: broken.hint ?? 'Mend the file or take it away; what it would have forbidden is not known.',
      ...(file !== undefined && {
        location: {
          file,
          ...(line !== undefined && { line }),
          ...(column !== undefined && { column }),
          ...(field !== undefined && { field }),
        },
      }),
    },
  )
}
