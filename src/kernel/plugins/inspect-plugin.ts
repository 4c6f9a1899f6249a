import { readdir, readFile } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { type Diagnostic, formatDiagnostic } from '../../plugin-api/diagnostic.ts'
import { CodexError } from '../../plugin-api/errors.ts'
import { contributionsSchema } from '../../plugin-api/manifest.ts'
import { withModules } from '../check-modules.ts'
import { parseJson } from '../parse-json.ts'
import { type PluginManifest, readPluginManifest } from '../plugin-manifest.ts'
import type { ContributionList } from './contribution-list.ts'
import { digestOf, type InstalledPackage, packagesOf } from './installed-files.ts'

/** What a plugin is and brings; nothing of it has run. */
export interface Inspection {
  readonly name: string
  readonly version: string
  readonly description?: string
  readonly contributes: ContributionList
  readonly manifest: PluginManifest
  /** Warnings; with an error a plugin is not taken. */
  readonly diagnostics: readonly Diagnostic[]
}

/**
 * Reads what a package brings, from its files alone.
 *
 * @param root the package's folder
 * @param installed what npm installed beside it; empty where it is used where it lies
 * @param shownRoot how the folder is called in messages, where it is only a copy for now
 * @throws CodexError `plugin.invalid`: it is no plugin, or its manifest is broken
 */
export async function inspectPlugin(
  root: string,
  installed: ReadonlyMap<string, InstalledPackage>,
  shownRoot = root,
): Promise<Inspection> {
  const file = join(shownRoot, 'package.json')
  const text = await readFile(join(root, 'package.json'), 'utf8').catch((cause: unknown) => {
    throw new CodexError('plugin.invalid', `${shownRoot} has no package.json that can be read`, {
      hint: 'A plugin is a folder with a package.json: docs/write-a-plugin.md.',
      cause,
    })
  })
  const { manifest, packageFields, diagnostics } = checkManifest(text, root, shownRoot)
  const where = { file, locate: (path: readonly (string | number)[]) => located(text, path) }
  const hint = 'A package has to hold what its manifest names: build it before it is packed.'
  const checked = await withModules({ manifest, diagnostics }, where, hint)
  if (!checked.manifest) throw brokenManifest(checked.diagnostics)
  const { contributes } = manifest
  const globs = [...contributes.agents, ...contributes.commands, ...contributes.profiles, ...contributes.policies]
  const files = globs.length === 0 ? [] : await listFiles(root)
  const matching = async (wanted: readonly string[]) => await matchFiles(files, wanted)
  const digested = async (wanted: readonly string[]) =>
    await Promise.all(
      (await matching(wanted)).map(async (each) => ({
        file: each,
        digest: digestOf(await readFile(join(root, each))),
      })),
    )
  const ids = (entries: readonly { readonly id: string }[]) => entries.map(({ id }) => id)
  const description = packageFields.description
  return {
    name: manifest.name,
    version: manifest.version,
    ...(typeof description === 'string' && { description }),
    manifest,
    diagnostics: checked.diagnostics,
    contributes: {
      tools: contributes.tools.map(({ id, effects }) => ({ id, effects })),
      tool_sources: ids(contributes.toolSources),
      providers: ids(contributes.providers),
      sandboxes: ids(contributes.sandboxes),
      hooks: contributes.hooks.map(({ event, matcher }) => ({ event, ...(matcher !== undefined && { matcher }) })),
      handlers: ids(contributes.handlers),
      routers: ids(contributes.routers),
      definition_kinds: ids(contributes.definitionKinds),
      observers: ids(contributes.observers),
      agents: await matching(contributes.agents),
      commands: await matching(contributes.commands),
      profiles: await digested(contributes.profiles),
      policies: await digested(contributes.policies),
      cli_commands: await cliCommands(root, packageFields),
      install_scripts: installScripts(packageFields, installed.get(`node_modules/${manifest.name}`)),
      dependencies: dependenciesOf(manifest.name, installed),
    },
  }
}

/** Checks what a package.json says of a plugin. @throws CodexError `plugin.invalid` */
export function checkManifest(
  text: string,
  root: string,
  shownRoot = root,
): {
  readonly manifest: PluginManifest
  readonly packageFields: Readonly<Record<string, unknown>>
  readonly diagnostics: readonly Diagnostic[]
} {
  const file = join(shownRoot, 'package.json')
  const parsed = parseJson(text)
  if (!parsed.ok) {
    const { line, column } = parsed
    throw new CodexError('plugin.invalid', 'The package.json of the plugin is not JSON', {
      location: { file, line, column },
      hint: 'Its author has to mend it.',
    })
  }
  const { manifest, diagnostics } = readPluginManifest(parsed.value, {
    file,
    root,
    layer: 'plugin',
    locate: parsed.locate,
  })
  const packageFields = asRecord(parsed.value) ?? {}
  if (manifest) return { manifest, packageFields, diagnostics }
  if (diagnostics.length > 0) throw brokenManifest(diagnostics)
  const plain = commandsOnlyManifest(packageFields, root)
  if (plain) return { manifest: plain, packageFields, diagnostics }
  throw new CodexError(
    'plugin.invalid',
    `${String(packageFields.name ?? shownRoot)} is no plugin: its package.json has no field "codex"`,
    {
      hint: 'Nothing was installed. How a plugin is written: docs/write-a-plugin.md.',
    },
  )
}

/** A package that brings commands of oclif and nothing else. */
export function commandsOnlyManifest(packageFields: Readonly<Record<string, unknown>>, root: string) {
  const { name, version, oclif } = packageFields
  if (typeof name !== 'string' || name === '' || asRecord(oclif)?.commands === undefined) return undefined
  const contributes = contributionsSchema.parse({})
  return { name, version: typeof version === 'string' ? version : '0.0.0', root, layer: 'plugin' as const, contributes }
}

function brokenManifest(diagnostics: readonly Diagnostic[]): CodexError {
  const errors = diagnostics.filter(({ severity }) => severity === 'error')
  return new CodexError(
    'plugin.invalid',
    `The manifest of the plugin is broken:\n${errors.map(formatDiagnostic).join('\n')}`,
    {
      hint: 'Nothing was installed. Its author has to mend it; docs/reference/plugin.md has all fields.',
    },
  )
}

function located(text: string, path: readonly (string | number)[]) {
  const parsed = parseJson(text)
  return parsed.ok ? parsed.locate(path) : undefined
}

/** Ids of commands, from the file that oclif made of them: without it they are left out (command-plugins.ts). */
async function cliCommands(root: string, packageFields: Readonly<Record<string, unknown>>): Promise<string[]> {
  if (asRecord(packageFields.oclif)?.commands === undefined) return []
  const text = await readFile(join(root, 'oclif.manifest.json'), 'utf8').catch(() => '{}')
  const parsed = parseJson(text)
  const commands = parsed.ok ? asRecord(asRecord(parsed.value)?.commands) : undefined
  return Object.keys(commands ?? {})
    .map((id) => id.replaceAll(':', ' '))
    .sort()
}

/** What npm would run after it has unpacked a package from a tarball. */
const scriptNames = ['preinstall', 'install', 'postinstall'] as const

function installScripts(packageFields: Readonly<Record<string, unknown>>, installed: InstalledPackage | undefined) {
  const scripts = asRecord(packageFields.scripts) ?? {}
  const named = scriptNames.flatMap((name) => {
    const command = scripts[name]
    return typeof command === 'string' && command !== '' ? [{ name, command }] : []
  })
  // A binding.gyp alone makes npm compile.
  const isCompiled = named.length === 0 && installed?.hasInstallScript === true
  return isCompiled ? [{ name: 'install', command: 'node-gyp rebuild' }] : named
}

function dependenciesOf(name: string, installed: ReadonlyMap<string, InstalledPackage>) {
  return packagesOf(name, installed)
    .filter((place) => place !== `node_modules/${name}`)
    .map((place) => {
      const { version = '', hasInstallScript = false } = installed.get(place) ?? {}
      const own = place.slice(place.lastIndexOf('node_modules/') + 'node_modules/'.length)
      return { name: own, version, has_install_scripts: hasInstallScript }
    })
}

async function listFiles(root: string): Promise<readonly string[]> {
  const entries = await readdir(root, { withFileTypes: true, recursive: true })
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter((file) => !file.startsWith('node_modules/'))
    .sort()
}

async function matchFiles(files: readonly string[], globs: readonly string[]): Promise<string[]> {
  if (globs.length === 0) return []
  const { default: picomatch } = await import('picomatch')
  const isMatch = picomatch(globs.map((glob) => glob.replace(/^\.\//, '')))
  return files.filter((file) => isMatch(file))
}

function asRecord(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>) // an object's own keys are strings
    : undefined
}
