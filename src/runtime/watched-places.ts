import { basename, dirname, isAbsolute, join, relative, sep } from 'node:path'
import type { PluginManifest } from '../kernel/plugin-manifest.ts'
import { type FilePoint, modulePoints } from '../plugin-api/extension-points.ts'
import { definitionSources, kindSources } from './definition-sources.ts'
import { hookFiles } from './hooks/find-hooks.ts'
import type { Kernel } from './load-kernel.ts'

/** Where files lie whose change means something, by what has to be loaded again. */
export interface WatchedPlaces {
  /** Configuration, hooks, trust, the list of plugins, manifests: the kernel is made again. */
  readonly kernel: readonly string[]
  /** Directories of modules, by the root of the plugin that they belong to: its modules are imported again. */
  readonly modules: ReadonlyMap<string, readonly string[]>
  readonly commands: readonly string[]
  readonly agents: readonly string[]
  readonly skills: readonly string[]
  readonly profiles: readonly string[]
  readonly policies: readonly string[]
  /** Kinds that plugins bring, by id. */
  readonly kinds: ReadonlyMap<string, readonly string[]>
}

/** The places that a kernel reads from. What lies in the program's own package is none: it does not change while the program runs. */
export function watchedPlaces(kernel: Kernel): WatchedPlaces {
  const { sources, registry, codexHome, places, options } = kernel
  const plugins = registry.plugins.filter(({ layer }) => layer === 'plugin')
  const directories = (found: ReturnType<typeof kindSources>) =>
    found.flatMap((source) => {
      if (source.layer === 'builtin') return []
      return [source.layer === 'plugin' ? join(source.directory, globBase(source.glob)) : source.directory]
    })
  const ofPoint = (point: FilePoint) => directories(definitionSources(point, sources, registry))
  const kinds = registry
    .modules('definitionKinds')
    .map(({ id, entry }) => [id, directories(kindSources(entry, sources, registry))] as const)
  const { profile } = options.settings
  return {
    kernel: [
      ...['config.toml', 'kernel.toml', ...(profile === undefined ? [] : [`${basename(profile)}.config.toml`])].map(
        (name) => join(codexHome, name),
      ),
      ...projectConfigs(places.workspaceRoot, options.cwd),
      ...hookFiles(codexHome, { root: places.workspaceRoot, cwd: options.cwd }),
      join(codexHome, 'oclif', 'package.json'),
      ...kernel.plugins.installed.manifests.map(({ root }) => join(root, 'package.json')),
      // What would mend a plugin that is off may be anything in it.
      ...kernel.plugins.installed.disabled.flatMap(({ diagnostics }) =>
        diagnostics.flatMap(({ file }) => (file === undefined ? [] : [dirname(file)])),
      ),
    ],
    modules: new Map(
      plugins
        .filter(({ root }) => !isBelow(root, join(codexHome, 'oclif')))
        .map((plugin) => [plugin.root, moduleDirectories(plugin)]),
    ),
    commands: ofPoint('commands'),
    agents: ofPoint('agents'),
    skills: ofPoint('skills'),
    profiles: ofPoint('profiles'),
    policies: ofPoint('policies'),
    kinds: new Map(kinds),
  }
}

/** All of them, for a watcher. */
export function allPlaces(places: WatchedPlaces): readonly string[] {
  const { kernel, modules, commands, agents, skills, profiles, policies, kinds } = places
  const all = [kernel, ...modules.values(), commands, agents, skills, profiles, policies, ...kinds.values()].flat()
  return [...new Set(all)].sort()
}

/** Whether a change of any of these paths may have changed what lies in one of the places. */
export function touches(paths: readonly string[], places: readonly string[]): boolean {
  return paths.some((path) => places.some((place) => isBelow(path, place) || isBelow(place, path)))
}

/** Whether a path is a directory or lies in it. */
export function isBelow(path: string, directory: string): boolean {
  const rest = relative(directory, path)
  return rest === '' || (rest !== '..' && !rest.startsWith(`..${sep}`) && !isAbsolute(rest))
}

/** Files of the configuration from the root of the workspace down to the working directory, whether they are there or not. */
function projectConfigs(root: string, cwd: string): readonly string[] {
  const steps = relative(root, cwd).split(sep).filter(Boolean)
  const directories = [root, ...steps.map((_, index) => join(root, ...steps.slice(0, index + 1)))]
  return directories.map((directory) => join(directory, '.codex', 'config.toml'))
}

function moduleDirectories({ root, contributes }: PluginManifest): readonly string[] {
  const modules = [...modulePoints, 'hooks' as const].flatMap((point) =>
    contributes[point].map(({ module }) => dirname(join(root, module))),
  )
  return [...new Set(modules)]
}

/** The folder of a plugin that a glob looks in. */
function globBase(glob: string): string {
  const steps = glob.split('/')
  const first = steps.findIndex((step) => /[*?[\]{}!()]/.test(step))
  return steps.slice(0, first === -1 ? -1 : first).join('/')
}
