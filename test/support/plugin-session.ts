import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { type NpmRegistry, startNpmRegistry } from './npm-registry.ts'
import { type PackageFiles, packFolder, writePackage } from './plugin-package.ts'
import type { CodexOptions, CodexResult } from './run-codex.ts'
import { type ScriptedSession, scriptedSession } from './scripted-session.ts'
import { makeWorkspace } from './temp-workspace.ts'

export interface PluginSession extends ScriptedSession {
  readonly registry: NpmRegistry
  /** A directory for what is not of the user. */
  readonly outside: string
  /** `codex plugins …` with npm at the registry. */
  plugins(argv: readonly string[], options?: CodexOptions): Promise<CodexResult>
  /** Publishes a package at the registry. */
  publish(files: PackageFiles): Promise<void>
  /** Everything in CODEX_HOME that has to do with plugins, contents included, to compare. */
  state(): Promise<Readonly<Record<string, string>>>
}

/** A user with a home and a workspace, and a registry of npm packages for them; all gone when the test ends. */
export async function pluginSession(...given: Parameters<typeof scriptedSession>): Promise<PluginSession> {
  const session = await scriptedSession(...given)
  const registry = await startNpmRegistry()
  onTestFinished(() => registry.close())
  const outside = await makeWorkspace()
  onTestFinished(() => outside.remove())
  return {
    ...session,
    registry,
    outside: outside.path,
    plugins: (argv, options) =>
      session.run(['plugins', ...argv], { ...options, env: { ...registryEnv(registry), ...options?.env } }),
    async publish(files) {
      const packageJson = files.packageJson as { readonly name: string; readonly version: string } // of a fixture
      const { name, version } = packageJson
      const folder = join(outside.path, 'published', `${name.replace('/', '-')}-${version}`)
      await writePackage(folder, files)
      await registry.publish(packageJson, await packFolder(folder, join(outside.path, 'tarballs')))
    },
    state: () => stateOf(session.home.codexHome),
  }
}

/** What makes npm ask this registry. */
export function registryEnv({ url }: Pick<NpmRegistry, 'url'>): Readonly<Record<string, string>> {
  return { npm_config_registry: url }
}

async function stateOf(codexHome: string): Promise<Readonly<Record<string, string>>> {
  const names = (await readdir(codexHome)).filter((name) => name.startsWith('oclif')).sort()
  const found: Record<string, string> = {}
  for (const name of names) {
    const entries = await readdir(join(codexHome, name), { withFileTypes: true, recursive: true }).catch(() => [])
    found[name] = entries.length > 0 || !existsSync(join(codexHome, name)) ? 'folder' : 'file or empty folder'
    for (const entry of entries.filter((each) => each.isFile())) {
      const file = join(entry.parentPath, entry.name)
      found[file] = await readFile(file, 'base64')
    }
  }
  return found
}
