import { access, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Plugin } from '@oclif/core'
import type { PluginManifest } from '../kernel/plugin-manifest.ts'
import { readUserPlugins } from '../kernel/read-user-plugins.ts'
import { type Diagnostic, formatDiagnostic } from '../plugin-api/diagnostic.ts'

/**
 * The program and the installed plugins that bring commands, as oclif wants them. A plugin without `oclif.manifest.json`
 * is left out: oclif would import all its modules at every start, and one that hangs would hang every command. One that
 * the configuration turns off is left out too, and so are all where it cannot be read.
 *
 * @param home CODEX_HOME; absent: no plugin is looked for
 * @param turnedOff names of plugins that the configuration turns off; asked only where a plugin brings commands
 * @param report told of the plugins that are left out, a line each
 */
export async function commandPlugins(
  packageRoot: string,
  home: string | undefined,
  turnedOff: (home: string) => Promise<ReadonlySet<string>>,
  report: (line: string) => void,
): Promise<Map<string, Plugin>> {
  const { manifests } = home === undefined ? { manifests: [] } : await readUserPlugins(join(home, 'oclif'))
  const plugins = new Map<string, Plugin>()
  const root = new Plugin({ root: packageRoot, type: 'core', isRoot: true })
  await root.load()
  plugins.set(root.name, root)
  let off: ReadonlySet<string> | undefined
  for (const manifest of manifests) {
    const problem = await commandsProblem(manifest)
    if (problem === 'none' || home === undefined) continue
    off ??= await turnedOff(home).catch((error: unknown) => {
      report(`warning: commands of plugins are left out: ${error instanceof Error ? error.message : String(error)}\n`)
      return new Set(manifests.map(({ name }) => name))
    })
    if (off.has(manifest.name)) continue
    if (problem) {
      report(`warning: ${formatDiagnostic(problem)}\n`)
      continue
    }
    const plugin = new Plugin({ root: manifest.root, type: 'user', name: manifest.name })
    await plugin.load()
    plugins.set(plugin.name, plugin)
  }
  return plugins
}

/** `none`: the plugin brings no commands; undefined: it does, and they can be read. */
async function commandsProblem({ root, name }: PluginManifest): Promise<Diagnostic | 'none' | undefined> {
  const file = join(root, 'package.json')
  const { oclif }: { readonly oclif?: { readonly commands?: unknown } } = JSON.parse(await readFile(file, 'utf8')) // checked as a manifest before
  if (oclif?.commands === undefined) return 'none'
  const hasManifest = await access(join(root, 'oclif.manifest.json')).then(
    () => true,
    () => false,
  )
  if (hasManifest) return undefined
  return {
    severity: 'warning',
    code: 'plugin.manifest',
    message: `Plugin ${name} has commands but no oclif.manifest.json, so its commands are left out`,
    file,
    field: 'oclif.commands',
    hint: 'Its author makes one with: oclif manifest',
  }
}
