import path from 'node:path'
import type { Opening } from '../../plugin-api/index.ts'
import type { ScriptReading } from '../exec-policy/script-reading.ts'
import { isAtOrBelow } from '../permissions/path-pattern.ts'
import type { Places } from '../places.ts'
import { isDiskDevice } from '../protected-paths.ts'
import { realPathAtUse } from '../real-path.ts'
import { subjectPath } from './resolve-action.ts'

/** Real paths. */
export interface ScriptFiles {
  readonly writes: readonly string[]
  readonly reads: readonly string[]
}

/** The files that redirections name, as real paths. After a `cd` a relative name could be anywhere: the sandbox decides then. */
export async function filesOfScript(
  reading: Pick<ScriptReading, 'reads' | 'writes' | 'changesDirectory'>,
  cwd: string,
  places: Places,
): Promise<ScriptFiles> {
  const resolve = async (names: readonly string[]) => {
    const known = names
      .filter((name) => !/^~[^/]/.test(name)) // whose home `~name` is, this process does not know
      .filter((name) => path.isAbsolute(expandHome(name, places)) || !reading.changesDirectory)
      .map((name) => path.resolve(cwd, expandHome(name, places)))
      .filter((file) => !isOwnDescriptor(file))
    return Promise.all(known.map(async (file) => subjectPath(await realPathAtUse(file))))
  }
  return { writes: await resolve(reading.writes), reads: await resolve(reading.reads) }
}

/** What the layers have to be asked about, each once: the files that its text would write, and what it is to have besides. */
export function openingsOf(files: ScriptFiles, opens: readonly Opening[], places: Places): readonly Opening[] {
  const writes = files.writes
    .filter((file) => !isTemporary(file, places) && (!file.startsWith('/dev/') || isDiskDevice(file)))
    .map((path): Opening => ({ access: 'write', path }))
  const asked = opens.map(({ access, path }): Opening => ({ access, path: subjectPath(path) }))
  const byText = new Map([...writes, ...asked].map((opening) => [`${opening.access} ${opening.path}`, opening]))
  return [...byText.values()]
}

/** A command has a temp directory of its own, or the machine's, as its profile says; what lies in there by chance is not meant. */
function isTemporary(file: string, places: Places): boolean {
  const isIn = (directories: readonly string[]) =>
    directories.some((directory) => isAtOrBelow(file, subjectPath(directory)))
  return isIn([places.tempDir, '/tmp']) && !isIn([places.workspaceRoot, places.homeDir, places.codexHome])
}

/** What the command has open already. Looked up from here, such a name would lead to what this process has open. */
function isOwnDescriptor(file: string): boolean {
  return /^\/(?:dev\/(?:stdin|stdout|stderr|fd\/\d+)|proc\/(?:self|thread-self)\/fd\/\d+)$/.test(file)
}

function expandHome(name: string, places: Places): string {
  return name === '~' || name.startsWith('~/') ? `${places.homeDir}${name.slice(1)}` : name
}
