import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { DoctorCheck } from '../../plugin-api/kernel-client.ts'
import type { SecurityDeps } from '../open-thread-security.ts'

/** Files that Codex writes and this program does not. */
const filesOfCodex = ['version.json', 'history.jsonl', 'internal_storage.json', 'models_cache.json']
/** Tables that this program reads and Codex does not know. */
const ownTables = ['commands']

/** Whether CODEX_HOME is also that of Codex, and what of it the other program may refuse or take for its own. */
export async function checkSharedHome({ kernel }: SecurityDeps): Promise<readonly DoctorCheck[]> {
  const home = kernel.codexHome
  const signs = filesOfCodex.filter((name) => existsSync(join(home, name)))
  if (signs.length === 0) return []
  const user = kernel.loaded.layers.find(({ name }) => name === 'user')
  const clashing = ownTables.filter((name) => user?.table[name] !== undefined)
  if (clashing.length === 0) {
    return [{ name: 'shared home', status: 'ok', detail: `Codex uses ${home} too (${signs.join(', ')})` }]
  }
  return clashing.map((name) => ({
    name: 'shared home',
    status: 'warning',
    detail: `Codex uses ${home} too, and may refuse [${name}] in ${user?.source?.file ?? 'config.toml'}`,
    fix: `Move [${name}] to ${join(home, 'kernel.toml')}, which this program alone reads.`,
  }))
}
