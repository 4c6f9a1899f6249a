import { matchesGlob } from 'node:path'
import { defineTool, type ToolContext, type ToolOutput, type Tree, z } from 'codex-kernel/plugin-api'
import { errorCode } from './error-code.ts'
import { createLineMatcher } from './match-lines.ts'
import { describeMissing } from './nearest-names.ts'

/** What one file may take. Reading a megabyte line by line takes some milliseconds. */
const fileTimeLimitMs = 250
/** After so many files that were given up, the pattern is. */
const maxSlowFiles = 4
const maxShownLength = 300
const maxResults = 1000

interface SearchMatch {
  readonly file: string
  readonly line: number
  readonly column: number
  readonly text: string
}

interface SearchResult {
  readonly matches: readonly SearchMatch[]
  readonly filesSearched: number
  readonly binaryFiles: number
  readonly slowFiles: readonly string[]
  readonly truncated: boolean
}

/** Finds the lines of files that match a regular expression. */
export const tool = defineTool({
  name: 'search',
  description:
    'Finds lines by a JavaScript regular expression, in all files below a path or in one file. Files that .gitignore names, node_modules, .git and binary files are left out. Results are `file:line:text`.',
  input: z.strictObject({
    pattern: z.string().min(1).describe('Regular expression, matched against each line.'),
    path: z.string().min(1).default('.').describe('Directory or file. Default: the working directory.'),
    glob: z
      .string()
      .optional()
      .describe('Only files like this, such as `*.ts` or `src/**/*.py`; without `/` it is the file name.'),
    ignore_case: z.boolean().default(false),
    max_results: z.int().positive().max(maxResults).default(100),
  }),
  effects: ['read'],
  parallel: true,
  async run({ pattern, path, glob, ignore_case, max_results }, ctx) {
    const expression = compile(pattern, ignore_case)
    if (typeof expression === 'string') return { text: expression, failed: true }
    let tree: Tree
    try {
      tree = await ctx.fs.openTree(path)
    } catch (error) {
      if (errorCode(error) !== 'ENOENT') throw error
      return { text: await describeMissing(path, ctx), failed: true }
    }
    return present(await searchTree(tree, expression, glob, max_results, ctx), tree)
  },
})

async function searchTree(
  tree: Tree,
  expression: RegExp,
  glob: string | undefined,
  limit: number,
  ctx: ToolContext,
): Promise<SearchResult> {
  const match = createLineMatcher(expression, fileTimeLimitMs)
  const matches: SearchMatch[] = []
  const slowFiles: string[] = []
  let filesSearched = 0
  let binaryFiles = 0
  for (const file of tree.files) {
    if (glob !== undefined && !isLike(file.relativePath, glob)) continue
    if (matches.length > limit || slowFiles.length >= maxSlowFiles) break
    ctx.signal.throwIfAborted()
    const text = await readIfThere(file)
    if (text === undefined) continue
    if (text.includes('\0')) {
      binaryFiles++
      continue
    }
    filesSearched++
    // One more than is shown, to know whether there are more.
    const found = match(text, limit + 1 - matches.length)
    if (found === 'too slow') slowFiles.push(file.relativePath)
    else matches.push(...found.map((each) => ({ file: file.relativePath, ...each })))
  }
  return { matches: matches.slice(0, limit), filesSearched, binaryFiles, slowFiles, truncated: matches.length > limit }
}

function present({ matches, filesSearched, binaryFiles, slowFiles, truncated }: SearchResult, tree: Tree): ToolOutput {
  const { denied, tooLarge } = tree.skipped
  const notes = [
    matches.length === 0 && `[No match in ${filesSearched} files.]`,
    truncated && `[More than ${matches.length} matches; narrow the pattern, path or glob, or raise max_results.]`,
    tree.truncated && `[Only the first ${tree.files.length} files were looked at; give a path below.]`,
    denied > 0 && `[${denied} files may not be read and were left out.]`,
    tooLarge > 0 && `[${tooLarge} large files were left out.]`,
    binaryFiles > 0 && matches.length === 0 && `[${binaryFiles} binary files were left out.]`,
    slowFiles.length > 0 &&
      `[The pattern took too long and was stopped in ${slowFiles.join(', ')}${slowFiles.length >= maxSlowFiles ? '; the search ended there' : ''}. Avoid repetitions inside repetitions.]`,
  ]
  const lines = matches.map(({ file, line, column, text }) => `${file}:${line}:${excerpt(text, column)}`)
  return {
    text: [...lines, ...notes.filter((note) => note !== false)].join('\n'),
    summary: `${matches.length}${truncated ? '+' : ''} matches in ${new Set(matches.map((each) => each.file)).size} files`,
    structured: {
      matches: matches.map(({ file, line, column, text }) => ({ file, line, column, text: excerpt(text, column) })),
      files_searched: filesSearched,
      skipped: { denied, too_large: tooLarge, binary: binaryFiles, too_slow: slowFiles.length },
      truncated: truncated || tree.truncated,
    },
    failed: slowFiles.length >= maxSlowFiles,
  }
}

/** The expression, or why there is none. Unicode-aware if it can be read so; a leading `(?i)` is understood. */
function compile(pattern: string, ignoreCase: boolean): RegExp | string {
  const inline = pattern.startsWith('(?i)')
  const source = inline ? pattern.slice('(?i)'.length) : pattern
  const flags = ignoreCase || inline ? 'i' : ''
  for (const mode of ['u', '']) {
    try {
      return new RegExp(source, `${flags}${mode}`)
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error
      if (mode === '') return `${error.message}. Escape the characters that are meant as they are with \\.`
    }
  }
  return 'The pattern cannot be read.'
}

function isLike(path: string, glob: string): boolean {
  return glob.includes('/') ? matchesGlob(path, glob) : matchesGlob(path.slice(path.lastIndexOf('/') + 1), glob)
}

/** The part of a long line around its match. */
function excerpt(text: string, column: number): string {
  if (text.length <= maxShownLength) return text
  const start = Math.max(0, Math.min(column - 1 - maxShownLength / 3, text.length - maxShownLength))
  const end = start + maxShownLength
  return `${start > 0 ? '…' : ''}${text.slice(start, end)}${end < text.length ? '…' : ''}`
}

/** Undefined for a file that is gone, or may not be read by this user. */
async function readIfThere(file: Tree['files'][number]): Promise<string | undefined> {
  try {
    return await file.read()
  } catch (error) {
    if (['ENOENT', 'EACCES', 'EPERM'].includes(errorCode(error) ?? '')) return undefined
    throw error
  }
}
