import { type DirectoryEntry, defineTool, isCodexError, type ToolContext, z } from 'codex-kernel/plugin-api'
import { errorCode } from './error-code.ts'
import { describeMissing } from './nearest-names.ts'

const maxEntries = 1000
/** Shown, and not gone into: too much, and seldom what is looked for. */
const closedDirectories: ReadonlySet<string> = new Set(['.git', 'node_modules'])

interface ListedEntry {
  /** Relative to the listed directory, with `/`. */
  readonly path: string
  readonly kind: DirectoryEntry['kind']
  readonly depth: number
  readonly note?: string
}

/** Shows what is in a directory, down to some depth. */
export const tool = defineTool({
  name: 'list_dir',
  description:
    'Lists a directory as an indented tree, sorted by name. Directories end in `/`, symbolic links in `@`; .git and node_modules are not gone into.',
  input: z.strictObject({
    path: z.string().min(1).default('.').describe('Absolute, or relative to the working directory.'),
    depth: z.int().positive().max(10).default(2).describe('Levels to show.'),
  }),
  effects: ['read'],
  parallel: true,
  async run({ path, depth }, ctx) {
    try {
      const entries: ListedEntry[] = []
      const truncated = !(await collect(path, '', depth, entries, ctx))
      const lines = entries.map(({ path: entryPath, kind, depth: level, note }) => {
        const name = entryPath.slice(entryPath.lastIndexOf('/') + 1)
        return `${'  '.repeat(level)}${name}${marks[kind]}${note ? ` [${note}]` : ''}`
      })
      const notes = [
        entries.length === 0 && '[The directory is empty.]',
        truncated && `[Only the first ${maxEntries} entries are shown; list a directory below, or with less depth.]`,
      ]
      return {
        text: [...lines, ...notes.filter((note) => note !== false)].join('\n'),
        summary: `${entries.length} entries`,
        structured: {
          path,
          entries: entries.map(({ path: entryPath, kind }) => ({ path: entryPath, kind })),
          truncated,
        },
      }
    } catch (error) {
      const code = errorCode(error)
      if (code === 'ENOENT') return { text: await describeMissing(path, ctx), failed: true }
      if (code === 'ENOTDIR') return { text: `${path} is no directory. read_file shows a file.`, failed: true }
      throw error
    }
  },
})

const marks = { directory: '/', symlink: '@', file: '', other: '' } as const

/** Depth first, so that the tree reads from the top. False where the bound cut it off. */
async function collect(
  root: string,
  inside: string,
  levels: number,
  entries: ListedEntry[],
  ctx: ToolContext,
): Promise<boolean> {
  const depth = inside === '' ? 0 : inside.split('/').length
  for (const { name, kind } of await ctx.fs.list(inside === '' ? root : `${root}/${inside}`)) {
    if (entries.length >= maxEntries) return false
    const path = inside === '' ? name : `${inside}/${name}`
    if (kind !== 'directory' || levels === 1 || closedDirectories.has(name)) {
      entries.push({ path, kind, depth })
      continue
    }
    const index = entries.push({ path, kind, depth }) - 1
    try {
      if (!(await collect(root, path, levels - 1, entries, ctx))) return false
    } catch (error) {
      if (!isUnreadable(error)) throw error
      entries[index] = { path, kind, depth, note: 'may not be read' }
    }
  }
  return true
}

function isUnreadable(error: unknown): boolean {
  return errorCode(error) === 'EACCES' || (isCodexError(error) && error.code === 'permission.denied')
}
