import { type DirectoryEntry, defineLazyTool, isCodexError, type ToolContext } from 'codex-kernel/plugin-api'
import { errorCode } from './error-code.ts'
import { pathProblem } from './path-problem.ts'

const maxShown = 1000
/** A listing is looked at no further: what a person means is smaller. */
const maxCollected = 20_000
/** Shown, and not gone into: too much, and seldom what is looked for. */
const closedDirectories: ReadonlySet<string> = new Set(['.git', 'node_modules'])

interface ListedEntry {
  /** Relative to the listed directory, with `/`. */
  readonly path: string
  readonly kind: DirectoryEntry['kind']
  readonly note?: string
}

interface Listing {
  readonly entries: ListedEntry[]
  ignored: number
  /** True where `maxCollected` was reached. */
  isCut: boolean
}

/** Shows what is in a directory, down to some depth. */
export const tool = defineLazyTool({
  name: 'list_dir',
  description:
    'Lists a directory as an indented tree, sorted by name. Directories end in `/`, symbolic links in `@`, pipes, sockets and devices in `|`. What .gitignore names is left out and counted; .git and node_modules are shown and not gone into.',
  makeInput: (z) =>
    z.strictObject({
      path: z.string().min(1).default('.').describe('Absolute, or relative to the working directory.'),
      depth: z.int().positive().max(10).default(2).describe('Levels to show.'),
      offset: z.int().positive().default(1).describe('First entry to show, from 1, where a listing is long.'),
      limit: z.int().positive().max(maxShown).default(500).describe('Number of entries to show.'),
      include_ignored: z.boolean().default(false).describe('Whether to show what .gitignore names.'),
    }),
  makeOutputSchema: (z) =>
    z.strictObject({
      path: z.string(),
      entries: z
        .array(z.strictObject({ path: z.string(), kind: z.enum(['file', 'directory', 'symlink', 'other']) }))
        .describe('Those that are shown; paths relative to the directory.'),
      total: z.int().describe('Entries that there are to show.'),
      ignored: z.int().describe('Left out.'),
      truncated: z.boolean().describe('Whether there are more.'),
    }),
  effects: ['read'],
  parallel: true,
  async run({ path, depth, offset, limit, include_ignored }, ctx) {
    try {
      const listing: Listing = { entries: [], ignored: 0, isCut: false }
      await collect({ root: path, inside: '', levels: depth, showsIgnored: include_ignored }, listing, ctx)
      const { entries, ignored, isCut } = listing
      const total = entries.length
      if (offset > Math.max(1, total)) {
        return { text: `${path} has ${total} entries to show; offset ${offset} is behind the last.`, failed: true }
      }
      const shown = entries.slice(offset - 1, offset - 1 + limit)
      const last = offset - 1 + shown.length
      const truncated = last < total || isCut
      const notes = [
        total === 0 && `[The directory is empty${ignored > 0 ? ' but for what .gitignore names' : ''}.]`,
        truncated &&
          `[Entries ${offset} to ${last} of ${isCut ? 'more than ' : ''}${total}. Go on with offset ${last + 1}, or list a directory below, or with less depth.]`,
        ignored > 0 &&
          `[${ignored} ignored ${ignored === 1 ? 'entry is' : 'entries are'} left out; include_ignored shows them.]`,
      ]
      return {
        text: [...shown.map(lineOf), ...notes.filter((note) => note !== false)].join('\n'),
        summary: `${total} entries`,
        structured: {
          path,
          entries: shown.map(({ path: entryPath, kind }) => ({ path: entryPath, kind })),
          ...{ total: total, ignored, truncated },
        },
      }
    } catch (error) {
      if (errorCode(error) === 'ENOTDIR')
        return { text: `${path} is no directory. read_file shows a file.`, failed: true }
      const problem = await pathProblem(error, path, ctx)
      if (problem === undefined) throw error
      return { text: problem, failed: true }
    }
  },
})

const marks = { directory: '/', symlink: '@', file: '', other: '|' } as const

/** Line ends and other control characters in a name are escaped, so that one line is one entry. */
function lineOf({ path, kind, note }: ListedEntry): string {
  const depth = path.split('/').length - 1
  const name = path.slice(path.lastIndexOf('/') + 1)
  const shown = /\p{Cc}/u.test(name) ? JSON.stringify(name) : name
  return `${'  '.repeat(depth)}${shown}${marks[kind]}${note ? ` [${note}]` : ''}`
}

/** Depth first, so that the tree reads from the top. */
async function collect(
  { root, inside, levels, showsIgnored }: { root: string; inside: string; levels: number; showsIgnored: boolean },
  listing: Listing,
  ctx: ToolContext,
): Promise<void> {
  const found = await ctx.fs.list(inside === '' ? root : `${root}/${inside}`, { gitignore: !showsIgnored })
  for (const { name, kind, isIgnored } of found) {
    const isClosed = closedDirectories.has(name)
    if (isIgnored && !isClosed) {
      listing.ignored++
      continue
    }
    if (listing.entries.length >= maxCollected) listing.isCut = true
    if (listing.isCut) return
    const path = inside === '' ? name : `${inside}/${name}`
    const index = listing.entries.push({ path, kind }) - 1
    if (kind !== 'directory' || levels === 1 || isClosed) continue
    try {
      await collect({ root, inside: path, levels: levels - 1, showsIgnored }, listing, ctx)
    } catch (error) {
      if (!isUnreadable(error)) throw error
      listing.entries[index] = { path, kind, note: 'may not be read' }
    }
  }
}

function isUnreadable(error: unknown): boolean {
  const code = errorCode(error)
  return code === 'EACCES' || code === 'ENOENT' || (isCodexError(error) && error.code === 'permission.denied')
}
