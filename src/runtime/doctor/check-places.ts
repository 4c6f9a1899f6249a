import { access, constants, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import type { DoctorCheck } from '../../plugin-api/kernel-client.ts'
import type { SecurityDeps } from '../open-thread-security.ts'

/** Below this, a long thread with its outputs may fill the disk. */
const leastFreeBytes = 200 * 1024 * 1024

/** What is kept where; the consequence where it cannot be written. */
const kept: readonly (readonly [string, string])[] = [
  ['cache', 'so nothing is cached, and starts are slower'],
  ['sessions', 'so no thread can be resumed'],
  ['audit', 'so nothing is allowed'],
]

/** Whether CODEX_HOME and what is kept in it can be written, and whether there is room. */
export async function checkPlaces({ kernel }: SecurityDeps): Promise<readonly DoctorCheck[]> {
  const home = kernel.codexHome
  const problem = await problemOf(home)
  if (problem === 'ENOENT')
    return [{ name: 'home', status: 'ok', detail: `${home} (made when something is first kept)` }]
  if (problem !== undefined) {
    const fix = 'Make it writable, or set CODEX_HOME to a directory that is.'
    return [{ name: 'home', status: 'error', detail: `${home} cannot be written (${problem})`, fix }]
  }
  const folders = await Promise.all(
    kept.map(async ([name, consequence]): Promise<readonly DoctorCheck[]> => {
      const found = await problemOf(join(home, name))
      if (found === undefined || found === 'ENOENT') return []
      const detail = `${join(home, name)} cannot be written (${found}), ${consequence}`
      const isReadOnly = found === 'EROFS'
      const fix = isReadOnly
        ? 'It lies on a disk that is mounted read-only: mount it for writing, or set CODEX_HOME to another.'
        : `Make it yours: chmod u+rwx '${join(home, name)}'`
      return [{ name, status: 'error', detail, fix }]
    }),
  )
  return [{ name: 'home', status: 'ok', detail: home }, ...folders.flat(), await checkDisk(home)]
}

async function checkDisk(home: string): Promise<DoctorCheck> {
  const { bavail, bsize } = await statfs(home)
  const free = bavail * bsize
  const detail = `${Math.floor(free / 1024 / 1024)} MiB free for ${home}`
  if (free >= leastFreeBytes) return { name: 'disk', status: 'ok', detail }
  return {
    name: 'disk',
    status: 'warning',
    detail,
    fix: `Make room, for example of old threads: ${join(home, 'sessions')}`,
  }
}

async function problemOf(directory: string): Promise<string | undefined> {
  return await access(directory, constants.R_OK | constants.W_OK).then(
    () => undefined,
    (error: NodeJS.ErrnoException) => error.code ?? error.message,
  )
}
