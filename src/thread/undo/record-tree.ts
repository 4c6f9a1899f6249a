import { lstatSync, mkdirSync, rmSync, type Stats, statSync, writeFileSync } from 'node:fs'
import { isAbsolute, join, relative, sep } from 'node:path'
import { textIfThere } from '../../kernel/text-if-there.ts'
import type { PrivateGit } from '../../sandbox/private-git.ts'

/** How much is recorded. */
export interface RecordLimits {
  /** Files that are new or different since the last record; with more, nothing is recorded. */
  readonly maxFiles: number
  /** Larger files are left out. */
  readonly maxFileBytes: number
  /** Of all those files together; with more, nothing is recorded. */
  readonly maxBytes: number
}

/** What the files are at one moment, or why that was not recorded. */
export type RecordedTree =
  | {
      /** Name of a git tree. */
      readonly tree: string
      /** Files that are too large, relative to the root. */
      readonly leftOut: readonly string[]
    }
  | { readonly off: string }

export interface RecordDeps {
  readonly git: PrivateGit
  readonly gitDir: string
  /** Absolute, real path. */
  readonly workTree: string
  /** Files that the repository there tracks although it ignores them, relative to the root. */
  trackedIgnored(signal: AbortSignal): Promise<readonly string[]>
  /** A directory of which nothing is recorded; absolute. Absent: none. */
  readonly without?: string
  /** False for files that nobody but the person may read: they are not copied. */
  mayRecord(path: string): boolean
  /**
   * True for a git directory that goes as a whole: many contents are then written as one file, which is twenty times as fast. git forgets none of
   * them as long as the file is there.
   */
  readonly isTakenAwayWhole?: boolean
}

/** From so many on the contents of a record are one file, where they may be: one for each record would be many to search. */
const manyFiles = 100

/** As 15,000 files of a fresh checkout: some seconds to read. */
export const defaultLimits: RecordLimits = {
  maxFiles: 15_000,
  maxFileBytes: 10 * 1024 * 1024,
  maxBytes: 256 * 1024 * 1024,
}

/** Attributes of the repository would change contents on their way in and out. */
const plainAttributes = '* -text -eol -filter -ident -working-tree-encoding -merge\n'

/**
 * Records the files below the work tree in the private git directory: tracked and untracked ones, not ignored ones. Only what is
 * new or different since the last record is read. Synchronous between what git does: each step takes less than handing it to another
 * thread does, and a turn waits for it. @throws CodexError `internal`; the `node:fs` error; the abort reason
 */
export async function recordTree(limits: RecordLimits, deps: RecordDeps, signal: AbortSignal): Promise<RecordedTree> {
  const { git, workTree } = deps
  prepare(deps)
  const list = ['ls-files', '-z', '--others', '--modified', '--deleted', '--exclude-standard', '--deduplicate']
  if (deps.without !== undefined) list.push(...excluding(deps.without, workTree))
  const [{ stdout }, ignored] = await Promise.all([git.run(list, {}, signal), deps.trackedIgnored(signal)])
  const changed = [...new Set([...stdout.toString('utf8').split('\0'), ...ignored])].filter(
    (path) => path !== '' && !path.endsWith('/'),
  )
  if (changed.length > limits.maxFiles) {
    return { off: `${changed.length} files would have to be recorded, and at most ${limits.maxFiles} are` }
  }
  const leftOut: string[] = []
  const wanted: string[] = []
  let sizeBytes = 0
  for (const path of changed) {
    const file = join(workTree, path)
    const facts = factsOf(file)
    if (facts && !facts.isFile() && !facts.isSymbolicLink()) continue
    if (facts && !deps.mayRecord(file)) continue
    if (facts && facts.size > limits.maxFileBytes) leftOut.push(path)
    else {
      wanted.push(path)
      sizeBytes += facts?.size ?? 0
    }
  }
  if (sizeBytes > limits.maxBytes) {
    const [all, most] = [sizeBytes, limits.maxBytes].map((bytes) => Math.ceil(bytes / 1024 / 1024))
    return { off: `${all} MiB would have to be recorded, and at most ${most} are` }
  }
  const lastFile = join(deps.gitDir, 'codex-last-tree')
  if (wanted.length > 0) {
    // An interrupt between the two leaves an index that the last tree is not of.
    rmSync(lastFile, { force: true })
    const names = wanted.map((path) => `${path}\0`).join('')
    // What git takes for large it streams into one pack.
    const packed = deps.isTakenAwayWhole && wanted.length >= manyFiles ? ['-c', 'core.bigFileThreshold=1'] : []
    const add = [...packed, 'update-index', '-z', '--add', '--remove', '--replace', '--stdin']
    await git.run(add, { stdin: names }, signal)
  }
  // Most records find nothing new: one process less.
  const last = wanted.length > 0 ? undefined : textIfThere(lastFile)
  if (last !== undefined) return { tree: last, leftOut }
  const written = await git.run(['write-tree'], {}, signal)
  const tree = written.stdout.toString('utf8').trim()
  writeFileSync(lastFile, tree)
  return { tree, leftOut }
}

/** gitignore(5): its own characters are taken as they are. Nothing for what lies elsewhere. */
function excluding(directory: string, workTree: string): readonly string[] {
  const path = relative(workTree, directory)
  if (path === '' || path === '..' || path.startsWith(`..${sep}`) || isAbsolute(path)) return []
  return [`--exclude=/${path.replaceAll(sep, '/').replace(/[\\*?[ ]/g, '\\$&')}/`]
}

/** No record takes so long. */
const staleLockMs = 10 * 60_000

/** As of `git init` (gitrepository-layout(5)), without its process. */
const emptyRepository = {
  HEAD: 'ref: refs/heads/main\n',
  config: '[core]\n\trepositoryformatversion = 0\n\tbare = false\n',
}

/** Undefined where it is not there, or nobody may look. */
function factsOf(file: string): Stats | undefined {
  try {
    return lstatSync(file)
  } catch {
    return undefined
  }
}

function prepare({ gitDir }: RecordDeps): void {
  // One that a machine which lost its power left; git takes its own away at a signal.
  const lock = join(gitDir, 'index.lock')
  const locked = statSync(lock, { throwIfNoEntry: false })
  if (locked && Date.now() - locked.mtimeMs > staleLockMs) rmSync(lock, { force: true })
  const attributes = join(gitDir, 'info', 'attributes')
  if (statSync(attributes, { throwIfNoEntry: false })) return
  mkdirSync(gitDir, { recursive: true, mode: 0o700 })
  for (const name of ['objects', 'refs', 'info']) mkdirSync(join(gitDir, name), { recursive: true })
  for (const [name, text] of Object.entries(emptyRepository)) writeFileSync(join(gitDir, name), text)
  writeFileSync(attributes, plainAttributes)
}
