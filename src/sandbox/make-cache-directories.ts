import { access, constants, mkdir } from 'node:fs/promises'
import { delimiter, isAbsolute, join } from 'node:path'
import type { Permissions } from '../plugin-api/index.ts'
import { cachePlaces } from '../security/permissions/cache-directories.ts'
import { compileDimension } from '../security/permissions/decide-in.ts'

/** Where caches are made, and for whom. */
export interface CacheHome {
  readonly homeDir: string
  /** PATH of commands. */
  readonly searchPath: string
  readonly platform: NodeJS.Platform
}

/**
 * Makes the caches that may be written and are not there, of programs that are: a sandbox opens what exists, and a package manager that
 * cannot make its cache does not start (seen of npm and go). One that cannot be made is left: its program says so.
 */
export async function makeCacheDirectories(permissions: Permissions, home: CacheHome): Promise<void> {
  const mayWrite = compileDimension('write', permissions.write)
  const wanted = cachePlaces
    .filter(({ platform }) => platform === undefined || platform === home.platform)
    .map(({ name, programs }) => ({ directory: join(home.homeDir, name), programs }))
    .filter(({ directory }) => mayWrite(directory).answer === 'allow')
  await Promise.all(
    wanted.map(async ({ directory, programs }) => {
      if ((await isThere(directory)) || !(await isInstalled(programs, home.searchPath))) return
      await mkdir(directory, { recursive: true }).catch(() => undefined)
    }),
  )
}

async function isInstalled(programs: readonly string[], searchPath: string): Promise<boolean> {
  const directories = searchPath.split(delimiter).filter((directory) => isAbsolute(directory))
  const files = directories.flatMap((directory) => programs.map((program) => join(directory, program)))
  return (await Promise.all(files.map((file) => isThere(file, constants.X_OK)))).includes(true)
}

async function isThere(file: string, mode: number = constants.F_OK): Promise<boolean> {
  return await access(file, mode).then(
    () => true,
    () => false,
  )
}
