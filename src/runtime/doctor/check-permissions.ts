import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { DoctorCheck } from '../../plugin-api/kernel-client.ts'
import type { SecurityDeps } from '../open-thread-security.ts'

/** What others have no business in, and the mode that it should have. */
const privatePlaces: readonly { readonly path: string; readonly mode: number }[] = [
  { path: '', mode: 0o700 },
  { path: 'auth.json', mode: 0o600 },
  { path: 'credentials.json', mode: 0o600 },
  { path: 'audit', mode: 0o700 },
]

/** Who else can read secrets and the audit log. On Windows modes say nothing. */
export async function checkPermissions({ kernel }: SecurityDeps): Promise<readonly DoctorCheck[]> {
  if (process.platform === 'win32') return []
  const configs = kernel.loaded.layers.flatMap(({ name, table, source }) =>
    source && name !== 'project' && holdsKey(table) ? [{ file: source.file, mode: 0o600 }] : [],
  )
  const places = [...privatePlaces.map(({ path, mode }) => ({ file: join(kernel.codexHome, path), mode })), ...configs]
  const found = (await Promise.all(places.map(({ file, mode }) => problemOf(file, mode)))).flat()
  return found.length > 0
    ? found
    : [{ name: 'permissions', status: 'ok', detail: 'secrets are readable by their owner alone' }]
}

async function problemOf(file: string, mode: number): Promise<readonly DoctorCheck[]> {
  const stats = await stat(file).catch(() => undefined) // what is not there is read by nobody
  if (!stats) return []
  const uid = process.getuid?.()
  if (uid !== undefined && stats.uid !== uid) {
    const detail = `${file} belongs to user ${stats.uid}, and you are ${uid}`
    return [{ name: 'permissions', status: 'warning', detail, fix: `sudo chown -R ${uid} '${file}'` }]
  }
  if ((stats.mode & 0o077) === 0) return []
  const detail = `${file} is open to others (mode ${(stats.mode & 0o777).toString(8)})`
  return [{ name: 'permissions', status: 'warning', detail, fix: `chmod ${mode.toString(8)} '${file}'` }]
}

/** True where a provider's table has a key, or a header that may be one. */
function holdsKey(table: Readonly<Record<string, unknown>>): boolean {
  return /"(?:experimental_bearer_token|http_headers)"/.test(JSON.stringify(table.model_providers ?? {}))
}
