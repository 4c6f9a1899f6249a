import { lstat, readlink, realpath } from 'node:fs/promises'
import path from 'node:path'

/** As many links as Linux follows in one path (path_resolution(7)). */
const maxLinks = 40

/**
 * Where a path leads at this moment: the real path of what exists; of what does not exist yet, the real path of the nearest
 * existing ancestor and the rest below it. Dangling links are followed to where writing through them would go.
 * @throws Error of `node:fs` where a part cannot be looked at, or where links go in a circle (`ELOOP`)
 */
export async function realPathAtUse(file: string): Promise<string> {
  if (!path.isAbsolute(file)) throw new TypeError(`not an absolute path: ${file}`)
  if (file.includes('\0')) throw new TypeError('a path holds a NUL byte')
  if (namesStream(file, path.sep)) throw new TypeError(`${file} names a stream of a file`)
  try {
    return await realpath(file)
  } catch (error) {
    if (!isMissing(error)) throw error
    return walk(file)
  }
}

/** Where the entry itself lies, for removing it: its parent is resolved, the last name is not followed. */
export async function realEntryAtUse(file: string): Promise<string> {
  const name = path.basename(file)
  if (name === '' || name === '..' || name === '.') return realPathAtUse(file)
  return path.join(await realPathAtUse(path.dirname(file)), name)
}

/** On Windows `.env::$DATA` is the file `.env` by another name: past the drive no path has a colon. */
export function namesStream(file: string, separator: string): boolean {
  return separator === '\\' && file.replace(/^(?:\\\\[?.]\\)?[a-z]:/i, '').includes(':')
}

async function walk(file: string): Promise<string> {
  const root = path.parse(file).root
  let current = root
  let links = 0
  const pending = segmentsOf(file.slice(root.length)).reverse()
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    if (name === '..') {
      current = path.dirname(current)
      continue
    }
    const next = path.join(current, name)
    const target = await linkTarget(next)
    if (target === undefined) {
      current = next
      continue
    }
    links += 1
    if (links > maxLinks) throw Object.assign(new Error(`too many symbolic links in ${file}`), { code: 'ELOOP' })
    const targetRoot = path.parse(target).root
    if (targetRoot !== '') current = targetRoot
    pending.push(...segmentsOf(target.slice(targetRoot.length)).reverse())
  }
  return current
}

function segmentsOf(text: string): string[] {
  return text.split(path.sep === '\\' ? /[\\/]/ : '/').filter((segment) => segment !== '' && segment !== '.')
}

async function linkTarget(file: string): Promise<string | undefined> {
  try {
    const stat = await lstat(file)
    return stat.isSymbolicLink() ? await readlink(file) : undefined
  } catch (error) {
    if (isMissing(error)) return undefined
    throw error
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')
}
