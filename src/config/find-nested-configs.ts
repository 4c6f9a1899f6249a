import type { Dirent } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'

/** Directories that belong to others: what git keeps, and what a package manager brought. */
const leftOut: readonly string[] = ['.git', 'node_modules']

/** The files `.codex/config.toml` and `.codex/hooks.json` below a workspace root, sorted; not those of repositories within it, and links are not followed. */
export async function findNestedConfigs(root: string): Promise<readonly string[]> {
  const found: string[] = []
  const waiting = (await entriesOf(root)).flatMap((entry) => below(root, entry))
  for (let directory = waiting.pop(); directory !== undefined; directory = waiting.pop()) {
    const at = directory
    const entries = await entriesOf(at)
    if (entries.some(({ name }) => name === '.git')) continue
    if (entries.some(({ name }) => name === '.codex')) {
      const inside = await entriesOf(join(at, '.codex'))
      const configs = inside.filter(({ name }) => name === 'config.toml' || name === 'hooks.json')
      found.push(...configs.map(({ name }) => join(at, '.codex', name)))
    }
    waiting.push(...entries.flatMap((entry) => below(at, entry)))
  }
  return found.sort()
}

function below(directory: string, entry: Dirent): readonly string[] {
  const isLookedInto = entry.isDirectory() && entry.name !== '.codex' && !leftOut.includes(entry.name)
  return isLookedInto ? [join(directory, entry.name)] : []
}

/** Of what cannot be read, or is no directory, nothing. */
async function entriesOf(directory: string): Promise<readonly Dirent[]> {
  return readdir(directory, { withFileTypes: true }).catch(() => [])
}
