import { lstat, realpath } from 'node:fs/promises'
import { dirname, join, relative, sep } from 'node:path'
import type { Diagnostic } from '../plugin-api/diagnostic.ts'
import type { ConfigLayer } from './config-layer.ts'
import type { IsConfirmed } from './confirmed-configs.ts'
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
 * Which of these files of a trusted repository count: the one at its root, which no command writes, and of the others (also where the one at the root is a
 * link) those that the user confirmed.
 */
export async function configsInForce(root: string, files: readonly string[], codexHome: string): Promise<IsConfirmed> {
  const others = await configsToConfirm(root, files)
  if (others.length === 0) return () => true
  // Few repositories have any, and what keeps the list is a part of every start that imports it.
  const { confirmedConfigs } = await import('./confirmed-configs.ts')
  const isConfirmed = await confirmedConfigs(codexHome, root)
  return (file, text) => !others.includes(file) || isConfirmed(file, text)
}

/** Those of these files that count only as the user confirmed them. */
export async function configsToConfirm(root: string, files: readonly string[]): Promise<readonly string[]> {
  const first = join(root, configPlace)
  const isLink = files.includes(first) && (await realpath(first).catch(() => first)) !== first
  return files.filter((file) => file !== first || isLink)
}

/**
 * The layers of a trusted repository's files, without what a repository may not say; each such key is warned of. So is a file that is not confirmed
 * (`confirmedConfigs`): it counts as one of an untrusted repository.
 * @throws CodexError `config.unreadable`
 */
export async function projectLayers(
  root: string,
  files: readonly string[],
  isConfirmed: IsConfirmed,
): Promise<{ layers: readonly ConfigLayer[]; diagnostics: readonly Diagnostic[] }> {
  if (files.length === 0) return { layers: [], diagnostics: [] }
  const { searchConfig } = await import('./search-config.ts')
  const read = await Promise.all(
    files.map(async (file): Promise<ReadFile> => {
      // cosmiconfig passes over what it cannot read, and waits for a pipe: what is wrong with the file is said first.
      const before = await orEmpty(readConfigText(file), () => !isConfirmed(file, ''))
      if (!isConfirmed(file, before)) return { diagnostics: [unconfirmedFile(root, file)] }
      const text = (await searchConfig(dirname(dirname(file)), configPlace))?.text ?? ''
      if (!isConfirmed(file, text)) return { diagnostics: [unconfirmedFile(root, file)] }
      return withoutReserved(textLayer('project', file, text))
    }),
  )
  return {
    layers: read.flatMap(({ layer }) => layer ?? []),
    diagnostics: read.flatMap(({ diagnostics }) => diagnostics),
  }
}

interface ReadFile {
  /** Absent: it does not count. */
  readonly layer?: ConfigLayer
  readonly diagnostics: readonly Diagnostic[]
}

/** What cannot be read is empty where its text does not count anyway. */
async function orEmpty(text: Promise<string | undefined>, isTolerated: () => boolean): Promise<string> {
  try {
    return (await text) ?? ''
  } catch (error) {
    if (!isTolerated()) throw error
    return ''
  }
}

function unconfirmedFile(root: string, file: string): Diagnostic {
  const why = 'it was not there, or was another, when this repository was trusted'
  return {
    severity: 'warning',
    code: 'config.untrusted',
    message: `${relative(root, file)} is ignored: ${why}; codex trust confirms it`,
    file,
    hint: 'Read it first.',
  }
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
