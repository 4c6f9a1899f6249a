import { constants } from 'node:fs'
import { access, cp, mkdir, mkdtemp, open, readdir, realpath, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { CodexError } from '../../plugin-api/errors.ts'
import { type Release, takeLock } from '../file-lock.ts'
import { type PluginPlaces, previousOf, stagingPrefix } from './plugin-places.ts'

/** A change of the installed plugins that is being made aside, all of it or nothing. */
export interface Stage {
  /** A copy of the data directory, to be changed at will. */
  readonly dataDir: string
  /** Empty, for what is only needed meanwhile. */
  readonly workDir: string
  /** Puts the copy in the place of the data directory. */
  commit(): Promise<void>
}

/**
 * Runs `change` on a copy of what is installed, while no other process changes it. Whatever happens in it, what is
 * installed stays as it is unless `commit` was called, and nothing is left beside it.
 * @throws CodexError `plugin.busy`, `plugin.failed`; what `change` throws
 */
export async function withStage<T>(places: PluginPlaces, change: (stage: Stage) => Promise<T>): Promise<T> {
  await mkdir(places.codexHome, { recursive: true, mode: 0o700 }).catch(asProblem)
  const release = await takeBusyFile(places.busyFile)
  try {
    await repair(places)
    const root = await mkdtemp(join(places.codexHome, stagingPrefix))
    try {
      const dataDir = join(root, 'oclif')
      const workDir = join(root, 'work')
      await mkdir(workDir)
      // Makes this the project for npm, whatever lies above it.
      await writeFile(join(workDir, 'package.json'), '{ "private": true }\n')
      await copyOf(places.dataDir, dataDir)
      return await change({ dataDir, workDir, commit: () => commit(dataDir, places) })
    } finally {
      await rm(root, { recursive: true, force: true, maxRetries: 3 })
    }
  } catch (error) {
    throw asPluginError(error)
  } finally {
    await release()
  }
}

/** The file that says who is changing plugins. @throws CodexError `plugin.busy`, `plugin.failed` */
async function takeBusyFile(file: string): Promise<Release> {
  const lock = await takeLock(file).catch((cause: unknown) => {
    throw new CodexError('plugin.failed', `${file} cannot be written, so no plugin can be changed`, {
      hint: 'Make CODEX_HOME writable, or free space on its disk.',
      cause,
    })
  })
  if ('release' in lock) return lock.release
  const who = lock.holder === undefined ? 'Another process' : `Process ${lock.holder}`
  throw new CodexError('plugin.busy', `${who} is changing plugins right now; nothing was done`, {
    hint: 'Wait until it has ended, then try again.',
  })
}

/** Brings back what a process that was killed in the middle of a change left, unless one is at work now. */
export async function repairIfIdle(places: PluginPlaces): Promise<void> {
  const left = await readdir(places.codexHome).catch(() => [])
  if (!left.some((name) => name.startsWith(stagingPrefix) || join(places.codexHome, name) === places.previousDir))
    return
  try {
    const release = await takeBusyFile(places.busyFile)
    await repair(places).finally(release)
  } catch {
    // Somebody is at work, or the home is read-only: readers know what to do in either case.
  }
}

/** Under the lock nobody else is at work, so all that stands beside the data directory was left. */
async function repair({ codexHome, dataDir, previousDir }: PluginPlaces): Promise<void> {
  const isPreviousThere = await isThere(previousDir)
  if (isPreviousThere && !(await isThere(join(dataDir, 'package.json')))) {
    await rm(dataDir, { recursive: true, force: true })
    await rename(previousDir, dataDir)
  } else if (isPreviousThere) await rm(previousDir, { recursive: true, force: true })
  for (const name of await readdir(codexHome)) {
    if (name.startsWith(stagingPrefix)) await rm(join(codexHome, name), { recursive: true, force: true, maxRetries: 3 })
  }
}

/** Copies share their blocks where the file system can; hard links would let a change in place reach the original. */
async function copyOf(from: string, to: string): Promise<void> {
  if (!(await isThere(from))) return void (await mkdir(to))
  const mode = constants.COPYFILE_FICLONE
  await cp(await realpath(from), to, { recursive: true, verbatimSymlinks: true, preserveTimestamps: true, mode })
}

/** Between the two renames readers find the plugins in `oclif.previous` (read-user-plugins.ts). */
async function commit(staged: string, { dataDir }: PluginPlaces): Promise<void> {
  await writeThrough(staged)
  const previous = previousOf(dataDir)
  const wasThere = await isThere(dataDir)
  if (wasThere) await rename(dataDir, previous)
  try {
    await rename(staged, dataDir)
  } catch (error) {
    if (wasThere) await rename(previous, dataDir)
    throw error
  }
  // What is in force is in its place; a rest that cannot be removed is removed by the next command.
  await rm(previous, { recursive: true, force: true, maxRetries: 3 }).catch(() => undefined)
}

/** Hands the lists to the disk before they count. */
async function writeThrough(directory: string): Promise<void> {
  for (const entry of await readdir(directory, { withFileTypes: true })) {
    if (!entry.isFile()) continue
    const handle = await open(join(directory, entry.name))
    await handle.sync().finally(() => handle.close())
  }
}

async function isThere(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  )
}

const systemProblems: Readonly<Record<string, readonly [string, string]>> = {
  ENOSPC: ['The disk is full', 'Free space on the disk of CODEX_HOME, then try again.'],
  EDQUOT: ['The disk quota is used up', 'Free space on the disk of CODEX_HOME, then try again.'],
  EROFS: ['CODEX_HOME lies on a disk that cannot be written', 'Name another directory with CODEX_HOME.'],
  EACCES: ['CODEX_HOME cannot be written', 'Make it writable, or name another directory with CODEX_HOME.'],
  EPERM: ['CODEX_HOME cannot be written', 'Make it writable, or name another directory with CODEX_HOME.'],
}

function asProblem(error: unknown): never {
  throw asPluginError(error)
}

/** What the system says about writing, in our words; anything else as it is. */
function asPluginError(error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  const [problem, hint] = systemProblems[code] ?? []
  if (problem === undefined || hint === undefined) return error
  return new CodexError('plugin.failed', `${problem}; no plugin was changed`, { hint, cause: error })
}
