import { cp, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { modelServerConfig } from './codex-home.ts'
import type { startModelServer } from './model-server.ts'
import { type ScriptedSession, scriptedSession } from './scripted-session.ts'

const fixtures = fileURLToPath(new URL('../fixtures/', import.meta.url))

/** Absolute path of something below `test/fixtures`. */
export function fixture(...path: readonly string[]): string {
  return join(fixtures, ...path)
}

/**
 * A session whose CODEX_HOME and workspace are copies of `home` and `repo` of a folder of `test/fixtures` (each may be
 * absent). The home's `config.toml` comes before the one that names the model server; the workspace is committed to git.
 */
export async function fixtureSession(
  name: string,
  turns: Parameters<typeof startModelServer>[0] = [],
  options: { readonly git?: boolean; readonly trusted?: boolean } = {},
): Promise<ScriptedSession> {
  const folder = fixture(...name.split('/'))
  const parts = await readdir(folder)
  const session = await scriptedSession(turns, { git: false })
  const { home, workspace, server } = session
  if (parts.includes('home')) await cp(join(folder, 'home'), home.codexHome, { recursive: true })
  if (parts.includes('repo')) await cp(join(folder, 'repo'), workspace.path, { recursive: true })
  const config = parts.includes('home') ? await readIfThere(join(folder, 'home', 'config.toml')) : ''
  const trust = options.trusted ? `[projects.${JSON.stringify(workspace.path)}]\ntrust_level = "trusted"\n` : ''
  await home.write({ 'config.toml': `${topLevel(config)}${modelServerConfig(server.url)}${tables(config)}${trust}` })
  if (options.git ?? true) {
    await workspace.git('init', '--quiet', '--initial-branch=main')
    await workspace.git('add', '--all')
    await workspace.git('commit', '--quiet', '--allow-empty', '--message=start')
  }
  return session
}

/** The lines before the first table, where keys of the top level have to stand. */
function topLevel(config: string): string {
  return config.slice(0, firstTable(config))
}

function tables(config: string): string {
  return config.slice(firstTable(config))
}

function firstTable(config: string): number {
  const start = config.search(/^\[/m)
  return start === -1 ? config.length : start
}

async function readIfThere(file: string): Promise<string> {
  return await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return ''
    throw error
  })
}
