import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readdir, readFile, readlink } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'

/** SHA-256 of each file (base64), or where a link leads, by path from the data directory with `/`. */
export type FileDigests = Readonly<Record<string, string>>

export interface FileDifference {
  readonly file: string
  readonly problem: 'changed' | 'missing' | 'added'
}

/** As much of npm's hidden lockfile (`node_modules/.package-lock.json`) as is used. */
export interface InstalledPackage {
  readonly version: string
  readonly hasInstallScript: boolean
  /** It is no copy but a link to a folder. */
  readonly isLink: boolean
  readonly dependencies: readonly string[]
}

/** What npm installed in a data directory, by place (`node_modules/a/node_modules/b`); empty where it installed nothing. */
export async function readInstalledPackages(dataDir: string): Promise<ReadonlyMap<string, InstalledPackage>> {
  const file = join(dataDir, 'node_modules', '.package-lock.json')
  const text = await readFile(file, 'utf8').catch(() => '{}')
  const { packages = {} }: { readonly packages?: Readonly<Record<string, HiddenEntry>> } = JSON.parse(text) // written by npm
  return new Map(
    Object.entries(packages).map(([place, entry]) => [
      place,
      {
        version: entry.version ?? '',
        hasInstallScript: entry.hasInstallScript === true,
        isLink: entry.link === true,
        dependencies: Object.keys({ ...entry.dependencies, ...entry.optionalDependencies, ...entry.peerDependencies }),
      },
    ]),
  )
}

interface HiddenEntry {
  readonly version?: string
  readonly hasInstallScript?: boolean
  readonly link?: boolean
  readonly dependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
}

/** The places of a package and of all that it depends on, found as Node finds them: its own `node_modules`, then upwards. */
export function packagesOf(name: string, installed: ReadonlyMap<string, InstalledPackage>): readonly string[] {
  const found = new Set<string>()
  const add = (wanted: string, from: string) => {
    for (let base = from; ; base = base.slice(0, Math.max(0, base.lastIndexOf('/node_modules/')))) {
      const place = base === '' ? `node_modules/${wanted}` : `${base}/node_modules/${wanted}`
      const entry = installed.get(place)
      if (entry && !found.has(place)) {
        found.add(place)
        for (const dependency of entry.dependencies) add(dependency, place)
      }
      if (entry || base === '') return
    }
  }
  add(name, '')
  return [...found].sort()
}

/**
 * The digest of every file of the packages at these places. All that lies below a package counts, since a package that
 * is put into its `node_modules` is found before the one that was installed.
 */
export async function digestFiles(dataDir: string, places: readonly string[]): Promise<FileDigests> {
  const digests: Record<string, string> = {}
  for (const place of outerPlaces(places)) await digestFolder(dataDir, place, digests)
  return Object.fromEntries(Object.entries(digests).sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** What is otherwise than it was, by file. */
export function compareDigests(agreed: FileDigests, found: FileDigests): readonly FileDifference[] {
  const files = [...new Set([...Object.keys(agreed), ...Object.keys(found)])].sort()
  return files.flatMap((file): readonly FileDifference[] => {
    if (agreed[file] === found[file]) return []
    const problem = found[file] === undefined ? 'missing' : agreed[file] === undefined ? 'added' : 'changed'
    return [{ file, problem }]
  })
}

/** The folders of `node_modules` that these places or files lie in. */
export function outerPlaces(paths: readonly string[]): readonly string[] {
  const outer = paths.flatMap((path) => /^node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? [])
  return [...new Set(outer)].sort()
}

export function digestOf(text: string | Buffer): string {
  return createHash('sha256').update(text).digest('base64')
}

async function digestFolder(dataDir: string, folder: string, digests: Record<string, string>): Promise<void> {
  const entries = await readdir(join(dataDir, folder), { withFileTypes: true }).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return []
      throw error
    },
  )
  for (const entry of entries) {
    const path = `${folder}/${entry.name}`
    if (entry.isSymbolicLink()) digests[path] = `-> ${await readlink(join(dataDir, path))}`
    else if (entry.isDirectory()) await digestFolder(dataDir, path, digests)
    else if (entry.isFile()) digests[path] = await digestFile(join(dataDir, path))
    else digests[path] = 'neither file nor folder'
  }
}

async function digestFile(file: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(file), hash)
  return hash.digest('base64')
}
