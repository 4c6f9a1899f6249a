import { basename, join, relative, sep } from 'node:path'
import { type BuiltinKind, builtinKinds } from '../definitions/builtin-kinds.ts'
import type { DefinitionSource } from '../definitions/definition-source.ts'
import { openPluginKind } from '../definitions/open-plugin-kind.ts'
import { nearestNames } from '../kernel/nearest-names.ts'
import type { DefinitionKind } from '../plugin-api/definition-kind.ts'
import { CodexError } from '../plugin-api/errors.ts'
import { definitionSources, kindSources } from './definition-sources.ts'
import type { Kernel } from './load-kernel.ts'

/** A kind of definition file that can be checked, and where its files lie. */
export interface LintKind {
  readonly id: string
  readonly sources: readonly DefinitionSource[]
  /** Last name of the directories that hold such files, and the endings of their names. */
  readonly folder: string
  readonly endings: readonly string[]
  open(): Promise<DefinitionKind<unknown>>
}

const folders = {
  command: { point: 'commands', endings: ['.md'] },
  agent: { point: 'agents', endings: ['.toml'] },
  skill: { point: 'skills', endings: ['SKILL.md'] },
  profile: { point: 'profiles', endings: ['.toml'] },
  policy: { point: 'policies', endings: ['.toml', '.rules'] },
} as const satisfies Record<BuiltinKind, unknown>

/** The program's own kinds and those of plugins. */
export function lintKinds(kernel: Kernel): readonly LintKind[] {
  const builtin = (Object.keys(folders) as BuiltinKind[]).map((id): LintKind => {
    const { point, endings } = folders[id] // the table's own keys
    const sources = definitionSources(point, kernel.sources, kernel.registry)
    return { id, sources, folder: point, endings, open: () => builtinKinds[id].open() }
  })
  const ofPlugins = kernel.registry.modules('definitionKinds').map((contribution): LintKind => {
    const { directory, glob } = contribution.entry
    const sources = kindSources(contribution.entry, kernel.sources, kernel.registry)
    const endings = [/\.\w+$/.exec(glob)?.[0] ?? '']
    return {
      id: contribution.id,
      sources,
      folder: basename(directory),
      endings,
      open: async () => await openPluginKind(await kernel.activator.module(contribution)),
    }
  })
  return [...builtin, hooksOf(kernel), ...ofPlugins]
}

/** `hooks.json` of the user and of the repository's root; those below are checked where they are in force. */
function hooksOf({ sources: { codexHome, workspaceRoot, isTrusted } }: Kernel): LintKind {
  const own = { layer: 'user', trusted: true, directory: codexHome, glob: 'hooks.json' } as const
  const ofProject = {
    layer: 'project',
    trusted: isTrusted,
    directory: join(workspaceRoot, '.codex'),
    glob: 'hooks.json',
  } as const
  return {
    id: 'hooks',
    sources: [own, ofProject],
    folder: '.codex',
    endings: ['hooks.json'],
    open: async () => (await import('../definitions/hooks/hooks-kind.ts')).hooksKind,
  }
}

/** The kind of a file, by the directory that it lies in and its ending; `config` for a configuration file. */
export function kindOfFile(file: string, kinds: readonly LintKind[]): LintKind | 'config' | undefined {
  const name = basename(file)
  if (name === 'config.toml' || name === 'kernel.toml' || name.endsWith('.config.toml')) return 'config'
  const fitting = kinds.filter(({ endings }) => endings.some((ending) => name.endsWith(ending)))
  if (name.endsWith('.rules')) return fitting.find(({ id }) => id === 'policy')
  const inSource = fitting.find(({ sources }) =>
    // A plugin's own directory holds everything that it brings.
    sources.some(({ directory, layer }) => ['user', 'project'].includes(layer) && isBelow(file, directory)),
  )
  if (inSource) return inSource
  const parts = file.split(sep).slice(0, -1).toReversed()
  return fitting
    .map((kind) => ({ kind, at: parts.findIndex((part) => part === kind.folder || part === `builtin-${kind.folder}`) }))
    .filter(({ at }) => at !== -1)
    .sort((a, b) => a.at - b.at)[0]?.kind
}

/** @throws CodexError `usage.unknown_definition` with the nearest names */
export function kindNamed(name: string, kinds: readonly LintKind[]): LintKind | 'config' {
  if (name === 'config') return 'config'
  const found = kinds.find(({ id }) => id === name)
  if (found) return found
  const ids = [...kinds.map(({ id }) => id), 'config']
  const nearest = nearestNames(name, ids)
  throw new CodexError('usage.unknown_definition', `There is no kind of file called "${name}"`, {
    hint: nearest.length > 0 ? `Did you mean ${nearest.join(' or ')}?` : `There are: ${ids.join(', ')}.`,
  })
}

function isBelow(file: string, directory: string): boolean {
  const path = relative(directory, file)
  return path !== '' && !path.startsWith('..') && !path.startsWith(sep)
}
