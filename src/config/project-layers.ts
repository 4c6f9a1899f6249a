import { lstat, realpath } from 'node:fs/promises'
import { dirname, join, relative, sep } from 'node:path'
import type { Diagnostic } from '../plugin-api/diagnostic.ts'
import type { ConfigLayer } from './config-layer.ts'
import { readConfigText, textLayer } from './file-layer.ts'
import { tomlKey } from './stringify-toml.ts'
import { isTable, type Table, valueAt, withoutPath } from './table.ts'

const configPlace = join('.codex', 'config.toml')

/** The configuration files of a repository, from its root down to the working directory. $CODEX_HOME itself is none of them. */
export async function findProjectConfigs(root: string, cwd: string, codexHome: string): Promise<readonly string[]> {
  const steps = relative(root, cwd).split(sep).filter(Boolean)
  const directories = [root, ...steps.map((_, index) => join(root, ...steps.slice(0, index + 1)))]
  const found = await Promise.all(directories.map((directory) => configOf(directory, codexHome)))
  return found.filter((file) => file !== undefined)
}

/**
 * The layers of a trusted repository's files, without what a repository may not say; each such key is warned of.
 * @throws CodexError `config.unreadable`
 */
export async function projectLayers(
  files: readonly string[],
): Promise<{ layers: readonly ConfigLayer[]; diagnostics: readonly Diagnostic[] }> {
  if (files.length === 0) return { layers: [], diagnostics: [] }
  const { searchConfig } = await import('./search-config.ts')
  const read = await Promise.all(
    files.map(async (file) => {
      // cosmiconfig passes over what it cannot read, and waits for a pipe: what is wrong with the file is said first.
      await readConfigText(file)
      const found = await searchConfig(dirname(dirname(file)), configPlace)
      return withoutReserved(textLayer('project', file, found?.text ?? ''))
    }),
  )
  return { layers: read.map(({ layer }) => layer), diagnostics: read.flatMap(({ diagnostics }) => diagnostics) }
}

/**
 * What only the user says, since it decides where prompts and credentials go, what runs unasked, who is trusted and who approves. `*` is any key.
 */
const userOnly = [
  'openai_base_url',
  'openai_organization',
  'openai_project',
  'auth',
  'model_providers',
  'model_prices',
  'budget',
  'oss_provider',
  'notify',
  'otel',
  'cli_auth_credentials_store',
  'projects',
  'project_root_markers',
  'profile',
  'approvals_reviewer',
  'auto_review',
  'log_dir',
  'commands.user_commands_dir',
  'agents.user_agents_dir',
  'plugins.*.enabled',
  'shell_environment_policy.inherit',
  'shell_environment_policy.ignore_default_excludes',
] as const

function withoutReserved(layer: ConfigLayer): { layer: ConfigLayer; diagnostics: readonly Diagnostic[] } {
  const reserved = userOnlyPaths(layer.table)
  return {
    layer: { ...layer, table: reserved.reduce(withoutPath, layer.table) },
    diagnostics: reserved.map((path) => ({
      severity: 'warning',
      code: 'config.user_only',
      message: `A repository cannot set ${tomlKey(path)}; it is ignored`,
      ...(layer.source ? { file: layer.source.file } : {}),
      ...(layer.source?.locate(path) ?? {}),
      field: tomlKey(path),
      hint: 'Set it in $CODEX_HOME/config.toml.',
    })),
  }
}

/** The keys of a table that a repository may not say. */
export function userOnlyPaths(table: Table): readonly (readonly string[])[] {
  return userOnly
    .flatMap((pattern) => matchingPaths(table, pattern.split('.')))
    .filter((path) => valueAt(table, path) !== undefined)
}

function matchingPaths(table: unknown, pattern: readonly string[]): readonly (readonly string[])[] {
  const [key, ...rest] = pattern
  if (key === undefined) return [[]]
  const keys = key === '*' ? Object.keys(isTable(table) ? table : {}) : [key]
  return keys.flatMap((name) => matchingPaths(valueAt(table, [name]), rest).map((path) => [name, ...path]))
}

async function configOf(directory: string, codexHome: string): Promise<string | undefined> {
  const file = join(directory, configPlace)
  const isThere = await lstat(file).then(
    () => true,
    () => false,
  )
  // In the home directory the user's own .codex would else be taken for a repository's.
  return isThere && (await realpath(dirname(file))) !== codexHome ? file : undefined
}
