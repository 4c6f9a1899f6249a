import { mkdir, rename, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { Plugin } from '@oclif/core'
import { shellScripts } from './completion/shell-scripts.ts'

/**
 * Adds `@oclif/plugin-autocomplete`, which says how completion is set up and keeps the functions that shells load, below
 * CODEX_HOME. For its own command alone, so that no other pays for it.
 */
export async function addAutocomplete(plugins: Map<string, Plugin>, home: string): Promise<void> {
  process.env.CODEX_CACHE_DIR ??= join(home, 'cache') // oclif reads it again for the command that it runs
  const root = dirname(dirname(createRequire(import.meta.url).resolve('@oclif/plugin-autocomplete')))
  const plugin = new Plugin({ root, type: 'core', name: '@oclif/plugin-autocomplete' })
  await plugin.load()
  plugins.set(plugin.name, plugin)
}

/**
 * Puts ours in the place of its functions for bash and zsh, which know the commands of the moment when they were written, and no id of a
 * slash command, an agent or a profile. PowerShell keeps the plugin's.
 *
 * @param cacheDir as oclif has it
 */
export async function writeCompletionFunctions(cacheDir: string): Promise<void> {
  await mkdir(join(cacheDir, 'autocomplete', 'functions', 'bash'), { recursive: true })
  await mkdir(join(cacheDir, 'autocomplete', 'functions', 'zsh'), { recursive: true })
  const functions = join(cacheDir, 'autocomplete', 'functions')
  await writeWhole(join(functions, 'bash', 'codex.bash'), shellScripts.bash)
  await writeWhole(join(functions, 'zsh', '_codex'), shellScripts.zsh)
}

async function writeWhole(file: string, text: string): Promise<void> {
  await writeFile(`${file}.new`, text)
  await rename(`${file}.new`, file)
}
