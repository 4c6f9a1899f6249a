import { join } from 'node:path'
import type { DefinitionSource } from '../definitions/definition-source.ts'
import type { Registry } from '../kernel/registry.ts'
import type { FilePoint } from '../plugin-api/extension-points.ts'

export interface SourcePlaces {
  readonly packageRoot: string
  readonly codexHome: string
  readonly workspaceRoot: string
  readonly homeDir: string
  readonly isTrusted: boolean
  /** Directories that the configuration names instead of those in `codexHome`. */
  readonly userCommandsDir?: string
  readonly userAgentsDir?: string
}

/** Where the files of a built-in kind lie, lowest layer first. */
export function definitionSources(
  point: FilePoint,
  places: SourcePlaces,
  registry: Registry,
): readonly DefinitionSource[] {
  const builtin = builtinFolders[point]
  return [
    ...(builtin === undefined
      ? []
      : [
          {
            layer: 'builtin',
            trusted: true,
            directory: join(places.packageRoot, builtin.folder),
            glob: builtin.glob,
          } as const,
        ]),
    ...pluginSources(registry.files(point)),
    ...userSources(point, places),
    ...projectSources(point, places),
  ]
}

/** Where the files of a kind that a plugin brings lie: each plugin's own folder of that name, the user's, the repository's. */
export function kindSources(
  kind: { readonly directory: string; readonly glob: string },
  places: SourcePlaces,
  registry: Registry,
): readonly DefinitionSource[] {
  const user = join(places.codexHome, kind.directory)
  const project = join(places.workspaceRoot, '.codex', kind.directory)
  return [
    ...registry.plugins.map(
      (plugin): DefinitionSource => ({
        layer: plugin.layer,
        plugin: plugin.name,
        trusted: true,
        directory: join(plugin.root, kind.directory),
        glob: kind.glob,
      }),
    ),
    { layer: 'user', trusted: true, directory: user, glob: kind.glob },
    ...(isSameHome(places)
      ? []
      : [
          {
            layer: 'project',
            trusted: places.isTrusted,
            boundary: places.workspaceRoot,
            ...heldIn(places, '.codex'),
            directory: project,
            glob: kind.glob,
          } as const,
        ]),
  ]
}

/** The program itself brings no skills. */
const builtinFolders: Record<FilePoint, { readonly folder: string; readonly glob: string } | undefined> = {
  skills: undefined,
  commands: { folder: 'builtin-commands', glob: '*.md' },
  agents: { folder: 'builtin-agents', glob: '*.toml' },
  profiles: { folder: 'profiles', glob: '*.toml' },
  policies: { folder: 'profiles/policies', glob: '*.toml' },
}

/** Files below the user's and the repository's folders; commands and agents may stand in subfolders. */
const globs: Record<FilePoint, string> = {
  skills: '*/SKILL.md',
  commands: '**/*.md',
  agents: '**/*.toml',
  profiles: '*.toml',
  policies: '*.toml',
}

function pluginSources(files: ReturnType<Registry['files']>): readonly DefinitionSource[] {
  return files.map(({ plugin, glob }) => ({
    layer: plugin.layer,
    plugin: plugin.name,
    trusted: true,
    directory: plugin.root,
    glob: glob.replace(/^\.\//, ''),
  }))
}

function userSources(point: FilePoint, places: SourcePlaces): readonly DefinitionSource[] {
  const configured = {
    commands: places.userCommandsDir,
    agents: places.userAgentsDir,
    skills: undefined,
    profiles: undefined,
    policies: undefined,
  }
  const directory = configured[point] ?? join(places.codexHome, point)
  const rules = { layer: 'user', trusted: true, directory: join(places.codexHome, 'rules'), glob: '*.rules' } as const
  const own = { layer: 'user', trusted: true, directory, glob: globs[point] } as const
  if (point === 'skills') return [own, { ...own, directory: join(places.homeDir, '.agents', 'skills') }]
  return point === 'policies' ? [own, rules] : [own]
}

function projectSources(point: FilePoint, places: SourcePlaces): readonly DefinitionSource[] {
  if (isSameHome(places)) return []
  const folder = join(places.workspaceRoot, '.codex')
  const own = {
    layer: 'project',
    trusted: places.isTrusted,
    boundary: places.workspaceRoot,
    // Profiles and policies only narrow: one that did not count would be a restriction less.
    ...(point === 'profiles' || point === 'policies' ? {} : heldIn(places, '.codex')),
    directory: join(folder, point),
    glob: globs[point],
  } as const
  const rules = {
    layer: 'project',
    trusted: places.isTrusted,
    boundary: places.workspaceRoot,
    directory: join(folder, 'rules'),
    glob: '*.rules',
  } as const
  const isHome = places.workspaceRoot === places.homeDir
  if (point === 'skills' && !isHome) {
    const directory = join(places.workspaceRoot, '.agents', 'skills')
    return [own, { ...own, ...heldIn(places, '.agents'), directory }]
  }
  return point === 'policies' ? [own, rules] : [own]
}

/** Of a trusted repository: what lies outside of this directory at its root counts as it was confirmed. */
function heldIn(
  { workspaceRoot, codexHome, isTrusted }: SourcePlaces,
  name: '.codex' | '.agents',
): Pick<DefinitionSource, 'heldWithin' | 'confirmed'> {
  if (!isTrusted) return {}
  return {
    heldWithin: join(workspaceRoot, name),
    async confirmed() {
      // Few repositories link out of it.
      const { confirmedConfigs } = await import('../config/confirmed-configs.ts')
      return await confirmedConfigs(codexHome, workspaceRoot)
    },
  }
}

/** In the home directory the repository's folder is the user's own. */
function isSameHome(places: SourcePlaces): boolean {
  return join(places.workspaceRoot, '.codex') === places.codexHome
}
