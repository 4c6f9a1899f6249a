import { stat } from 'node:fs/promises'
import { type Checked, validateConfig } from '../config/validate-config.ts'
import { findFiles } from '../definitions/find-files.ts'
import type { Diagnostic } from '../plugin-api/diagnostic.ts'
import { configOptions } from './config-options.ts'
import { openDefinitionStore } from './definition-store.ts'
import { knownTools } from './known-tools.ts'
import { lintFile } from './lint-file.ts'
import { kindNamed, kindOfFile, type LintKind, lintKinds } from './lint-kinds.ts'
import { type Kernel, loadKernel } from './load-kernel.ts'
import type { RuntimeOptions } from './runtime-options.ts'

export interface LintRequest {
  /** Absolute paths of files and directories; none: everything that is loaded. */
  readonly paths: readonly string[]
  /** The kind of all files; absent: each file's own, by its place and ending. */
  readonly kind?: string
}

interface FileToLint {
  readonly file: string
  readonly kind: LintKind | 'config'
}

/**
 * Checks definition and configuration files: what stops them from loading, names that nothing has, and likely slips. A configuration that does not
 * load is among the problems; the files are then checked as without one.
 *
 * @throws CodexError `usage.unknown_definition`, `home.missing`
 */
export async function lintWorkspace(options: RuntimeOptions, { paths, kind }: LintRequest): Promise<Checked> {
  const kernel = await loadKernel(options).catch(() =>
    loadKernel({ ...options, settings: { overrides: [], ignoreUserConfig: true } }),
  )
  const kinds = lintKinds(kernel)
  const only = kind === undefined ? undefined : kindNamed(kind, kinds)
  const chosen = paths.length > 0 ? await chosenFiles(paths, kinds, only) : await loadedFiles(kinds, only)
  const store = openDefinitionStore(kernel)
  const [agents, profiles, projectProfiles, policies, commands, hooks] = await Promise.all([
    store.agents(),
    store.profiles(),
    store.projectProfiles(),
    store.policies(),
    paths.length > 0 ? { diagnostics: [] } : store.commands(),
    paths.length > 0 ? { hooks: [], diagnostics: [] } : store.hooks(),
  ])
  const pluginKinds = paths.length > 0 ? [] : kernel.registry.modules('definitionKinds').map(({ id }) => id)
  const ofPlugins = await Promise.all(
    pluginKinds.filter((id) => only === undefined || (only !== 'config' && only.id === id)).map((id) => store.kind(id)),
  )
  const known = {
    agents: agents.effective,
    profiles: [...profiles.effective, ...projectProfiles.effective],
    ...knownTools(kernel),
  }
  const definitions = chosen.files.flatMap((each) => (each.kind === 'config' ? [] : [{ ...each, kind: each.kind }]))
  const found = (await Promise.all(definitions.map((each) => lintFile(each.kind, each.file, known)))).flat()
  const hookFiles = definitions.flatMap((each) => (each.kind.id === 'hooks' ? [each.file] : []))
  if (hookFiles.length + hooks.hooks.length > 0 && (only === undefined || (only !== 'config' && only.id === 'hooks'))) {
    const { lintHookProfiles } = await import('./hooks/lint-hook-profiles.ts')
    found.push(...(await lintHookProfiles(hooks.hooks, hookFiles, { kernel, store })))
  }
  const isConfigAsked = only === undefined || only === 'config'
  const configFiles = chosen.files.flatMap((each) => (each.kind === 'config' ? [each.file] : []))
  const config =
    isConfigAsked && (paths.length === 0 || configFiles.length > 0)
      ? await validateConfig(configFiles, configOptions(options))
      : { files: [], diagnostics: [] }
  // What only shows when everything is set side by side: one id twice, plugins that are off.
  const together =
    paths.length > 0
      ? []
      : await sideBySide(kernel, only, [
          ...[agents, profiles, projectProfiles, policies, commands, hooks],
          ...ofPlugins,
        ])
  const diagnostics = [...config.diagnostics, ...chosen.diagnostics, ...found, ...together]
  return {
    files: [...config.files, ...definitions.map(({ file }) => file)],
    diagnostics: distinct(diagnostics).toSorted(byPlace),
  }
}

async function loadedFiles(kinds: readonly LintKind[], only: LintKind | 'config' | undefined) {
  const asked = only === undefined ? kinds : only === 'config' ? [] : [only]
  const found = await Promise.all(
    asked.flatMap((kind) => kind.sources.map(async (source) => ({ kind, ...(await findFiles(source)) }))),
  )
  return {
    files: found.flatMap(({ kind, files }) => files.map((file): FileToLint => ({ file, kind }))),
    diagnostics: found.flatMap(({ diagnostics }) => diagnostics),
  }
}

/** Named files are checked whatever they are; in a directory, and in the `.codex` below it, what has a kind. */
async function chosenFiles(
  paths: readonly string[],
  kinds: readonly LintKind[],
  only: LintKind | 'config' | undefined,
) {
  const files: FileToLint[] = []
  const diagnostics: Diagnostic[] = []
  for (const path of paths) {
    const found = await stat(path).catch(() => undefined)
    if (!found?.isDirectory()) {
      const kind = only ?? kindOfFile(path, kinds)
      if (found === undefined) diagnostics.push(noSuchFile(path))
      else if (kind === undefined) diagnostics.push(noKind(path))
      else files.push({ file: path, kind })
      continue
    }
    for (const directory of [path, `${path}/.codex`]) {
      const inside = await findFiles({ layer: 'user', trusted: true, directory, glob: '**/*' })
      diagnostics.push(...inside.diagnostics)
      for (const file of inside.files) {
        const kind = kindOfFile(file, kinds)
        if (kind !== undefined && (only === undefined || kind === only)) files.push({ file, kind })
      }
    }
  }
  return { files, diagnostics }
}

async function sideBySide(
  kernel: Kernel,
  only: LintKind | 'config' | undefined,
  loaded: readonly { readonly diagnostics: readonly Diagnostic[] }[],
): Promise<readonly Diagnostic[]> {
  const ofKinds = loaded.flatMap(({ diagnostics }) => diagnostics)
  // That a repository is not trusted is no mistake of its files.
  if (only === undefined) return [...ofKinds, ...kernel.diagnostics.filter(({ code }) => code !== 'config.untrusted')]
  return only === 'config' ? [] : ofKinds.filter(({ code }) => code.startsWith(`${only.id}.`))
}

/** The same problem may be found by the check of a file and by loading all. */
function distinct(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const key = ({ file, line, code, field, message }: Diagnostic) =>
    code.startsWith('config.') ? JSON.stringify([file, line, code, field]) : JSON.stringify([file, line, code, message])
  return [...new Map(diagnostics.toReversed().map((each) => [key(each), each])).values()]
}

function byPlace(a: Diagnostic, b: Diagnostic): number {
  return (
    (a.file ?? '').localeCompare(b.file ?? '') || (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0)
  )
}

function noSuchFile(file: string): Diagnostic {
  return { severity: 'error', code: 'definition.unreadable', message: 'There is no such file or directory', file }
}

function noKind(file: string): Diagnostic {
  return {
    severity: 'error',
    code: 'lint.kind',
    message: 'What kind of file this is cannot be told by its place and its ending',
    file,
    hint: 'Say it with --kind, or put the file into commands, agents, profiles or policies.',
  }
}
