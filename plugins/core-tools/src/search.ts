import { matchesGlob } from 'node:path'
import {
  defineLazyTool,
  type ToolContext,
  type ToolOutput,
  type Tree,
  type TreeFile,
  type Zod,
  type z,
} from 'codex-kernel/plugin-api'
import { pathProblem } from './path-problem.ts'
import { fileTypes } from './search/file-types.ts'
import type { LineMatch } from './search/match-lines.ts'
import { maxSlowFiles, type SearchEngine, searchFiles } from './search/search-files.ts'

const maxShownLength = 300
const maxResults = 1000

const makeInput = (z: Zod) =>
  z.strictObject({
    pattern: z.string().min(1).describe('JavaScript regular expression, matched against each line.'),
    path: z.string().min(1).default('.').describe('Directory or file. Default: the working directory.'),
    glob: z
      .string()
      .optional()
      .describe(
        'Only files like this, such as `*.ts` or `src/**/*.py`; without `/` it is the file name. With `!` in front: only others.',
      ),
    type: z
      .string()
      .optional()
      .describe(`Only files of this kind: ${Object.keys(fileTypes).join(', ')}.`),
    literal: z.boolean().default(false).describe('Take the pattern as the text itself, not as an expression.'),
    ignore_case: z.boolean().default(false).describe('Let large and small letters match each other.'),
    multiline: z
      .boolean()
      .default(false)
      .describe('Let a match span lines: [\\s\\S] stands for any character, \\n for a line end.'),
    output: z
      .enum(['lines', 'files', 'count'])
      .default('lines')
      .describe('lines: each line that matches. files: only the names. count: names and how many lines match.'),
    context: z.int().nonnegative().max(10).default(0).describe('Lines to show before and after each match.'),
    include_ignored: z.boolean().default(false).describe('Search what .gitignore names and node_modules too.'),
    max_results: z.int().positive().max(maxResults).default(100).describe('Matches, or files, to show at most.'),
  })
type Input = z.output<ReturnType<typeof makeInput>>

const makeOutputSchema = (z: Zod) =>
  z.strictObject({
    matches: z
      .array(
        z.strictObject({
          file: z.string().describe('Relative to the workspace root, or absolute outside.'),
          line: z.int().describe('From 1.'),
          column: z.int().describe('From 1, in UTF-16 units.'),
          text: z.string().describe('The line, or the part of it around the match.'),
        }),
      )
      .describe('With output lines; empty otherwise.'),
    files: z.array(
      z.strictObject({ file: z.string(), count: z.int().describe('Matches in it; at most 1 with output files.') }),
    ),
    files_searched: z.int().describe('Files that were looked at.'),
    skipped: z
      .strictObject({ denied: z.int(), too_large: z.int(), too_slow: z.int() })
      .describe('Files that were left out.'),
    truncated: z.boolean().describe('Whether there are more matches or files.'),
  })

/** Finds the lines of files that match a regular expression. */
export const tool = createSearch('auto')

/** The tool with one engine; which of them looks makes no difference to what is found. */
export function createSearch(engine: SearchEngine) {
  return defineLazyTool({
    name: 'search',
    description:
      'Finds lines by a regular expression, in all files below a path or in one file. Files that .gitignore names, node_modules, .git, binary files and those over 1 MiB are left out. Results are `file:line:text`, sorted by path; lines of context are `file-line-text`.',
    makeInput,
    makeOutputSchema,
    effects: ['read'],
    parallel: true,
    async run(request, ctx) {
      const expression = compile(request)
      if (typeof expression === 'string') return { text: expression, failed: true }
      const { type, path } = request
      if (type !== undefined && !Object.hasOwn(fileTypes, type)) {
        return {
          text: `type ${type} is not known. One of ${Object.keys(fileTypes).join(', ')}; or give a glob.`,
          failed: true,
        }
      }
      try {
        const tree = await ctx.fs.openTree(path, { gitignore: !request.include_ignored })
        return present(await searchTree(tree, expression, request, engine, ctx), tree, request)
      } catch (error) {
        const problem = await pathProblem(error, path, ctx)
        if (problem === undefined) throw error
        return { text: problem, failed: true }
      }
    },
  })
}

interface FoundFile {
  readonly file: TreeFile
  readonly matches: readonly LineMatch[]
  /** Lines around the matches, by their number; empty without `context`. */
  readonly around: ReadonlyMap<number, string>
}

interface SearchResult {
  readonly found: readonly FoundFile[]
  readonly filesSearched: number
  readonly slowFiles: readonly string[]
  readonly truncated: boolean
}

async function searchTree(
  tree: Tree,
  expression: RegExp,
  { glob, type, multiline, output, context, max_results: limit }: Input,
  engine: SearchEngine,
  ctx: ToolContext,
): Promise<SearchResult> {
  const globs = type === undefined ? undefined : fileTypes[type]
  const files = tree.files.filter(
    ({ relativePath }) =>
      (glob === undefined || isLike(relativePath, glob)) &&
      (globs === undefined || globs.some((each) => isLike(relativePath, each))),
  )
  const maxPerFile = output === 'files' ? 1 : output === 'lines' ? limit + 1 : undefined
  const found: FoundFile[] = []
  const slowFiles: string[] = []
  let results = 0
  let filesSearched = files.length
  const search = { expression, isMultiline: multiline, ...(maxPerFile !== undefined && { maxPerFile }) }
  for await (const { file, index, matches, isSlow } of searchFiles(tree, files, search, engine, ctx.signal)) {
    if (isSlow) slowFiles.push(file.relativePath)
    // One more than is shown, to know whether there are more.
    const room = output === 'lines' ? limit + 1 - results : matches.length
    results += output === 'lines' ? Math.min(room, matches.length) : Math.min(1, matches.length)
    if (matches.length > 0) found.push({ file, matches: matches.slice(0, room), around: new Map() })
    if (results <= limit && slowFiles.length < maxSlowFiles) continue
    filesSearched = index + 1
    break
  }
  const truncated = results > limit
  const shown = truncated ? withoutLast(found, output) : found
  const isAround = context > 0 && output === 'lines' && !multiline
  return {
    found: isAround ? await Promise.all(shown.map((each) => withContext(each, context))) : shown,
    ...{ filesSearched, slowFiles, truncated },
  }
}

/** Without the one that only showed that there are more. */
function withoutLast(found: readonly FoundFile[], output: Input['output']): readonly FoundFile[] {
  const last = found.at(-1)
  const rest = found.slice(0, -1)
  if (output !== 'lines' || last === undefined || last.matches.length === 1) return rest
  return [...rest, { ...last, matches: last.matches.slice(0, -1) }]
}

async function withContext(found: FoundFile, context: number): Promise<FoundFile> {
  const lines = (await found.file.read()).split(/\r?\n/)
  const around = new Map<number, string>()
  for (const { line } of found.matches) {
    for (let number = Math.max(1, line - context); number <= Math.min(lines.length, line + context); number++) {
      // The end of the last line begins no further one.
      if (number === lines.length && lines[number - 1] === '') continue
      around.set(number, lines[number - 1] ?? '')
    }
  }
  return { ...found, around }
}

function present(
  { found, filesSearched, slowFiles, truncated }: SearchResult,
  tree: Tree,
  { output }: Input,
): ToolOutput {
  const { denied, tooLarge } = tree.skipped
  const count = output === 'lines' ? found.reduce((sum, { matches }) => sum + matches.length, 0) : found.length
  const what = output === 'lines' ? 'matches' : 'files'
  const notes = [
    count === 0 && `[No match in ${filesSearched} files.]`,
    truncated && `[More than ${count} ${what}; narrow the pattern, path or glob, or raise max_results.]`,
    tree.truncated && `[Only the first ${tree.files.length} files were looked at; give a path below.]`,
    denied > 0 && `[${denied} files may not be read and were left out.]`,
    tooLarge > 0 && `[${tooLarge} large files were left out.]`,
    slowFiles.length > 0 &&
      `[The pattern took too long and was stopped in ${slowFiles.join(', ')}${slowFiles.length >= maxSlowFiles ? '; the search ended there' : ''}. Avoid repetitions inside repetitions.]`,
  ]
  const lines = found.flatMap((each) => linesOf(each, output))
  return {
    text: [...lines, ...notes.filter((note) => note !== false)].join('\n'),
    summary: `${count}${truncated ? '+' : ''} ${output === 'lines' ? `${count === 1 ? 'match' : 'matches'} in ${found.length} ${found.length === 1 ? 'file' : 'files'}` : count === 1 ? 'file' : what}`,
    structured: {
      matches:
        output === 'lines'
          ? found.flatMap(({ file, matches }) =>
              matches.map(({ line, column, text }) => ({
                file: file.relativePath,
                line,
                column,
                text: excerpt(text, column),
              })),
            )
          : [],
      files: found.map(({ file, matches }) => ({ file: file.relativePath, count: matches.length })),
      files_searched: filesSearched,
      skipped: { denied, too_large: tooLarge, too_slow: slowFiles.length },
      truncated: truncated || tree.truncated,
    },
    failed: slowFiles.length >= maxSlowFiles,
  }
}

/** Groups of context lines are kept apart by `--`, as grep does. */
function linesOf({ file, matches, around }: FoundFile, output: Input['output']): readonly string[] {
  const name = oneLine(file.relativePath)
  if (output === 'files') return [name]
  if (output === 'count') return [`${name}:${matches.length}`]
  const shown = new Map(matches.map(({ line, column, text }) => [line, excerpt(text, column)]))
  if (around.size === 0) return matches.map(({ line, column, text }) => `${name}:${line}:${excerpt(text, column)}`)
  let last = 0
  return [...around.keys()]
    .sort((a, b) => a - b)
    .flatMap((number) => {
      const match = shown.get(number)
      const line =
        match === undefined ? `${name}-${number}-${excerpt(around.get(number) ?? '', 1)}` : `${name}:${number}:${match}`
      const isApart = last !== 0 && number > last + 1
      last = number
      return isApart ? ['--', line] : [line]
    })
}

/** The expression, or why there is none. Unicode-aware if it can be read so; a leading `(?i)` is understood. */
function compile({ pattern, literal, ignore_case, multiline }: Input): RegExp | string {
  const inline = !literal && pattern.startsWith('(?i)')
  const source = literal
    ? pattern.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
    : inline
      ? pattern.slice('(?i)'.length)
      : pattern
  const flags = `${ignore_case || inline ? 'i' : ''}${multiline ? 'gm' : ''}`
  for (const mode of ['u', '']) {
    try {
      return new RegExp(source, `${flags}${mode}`)
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error
      if (mode === '')
        return `${error.message}. Escape the characters that are meant as they are with \\, or set literal.`
    }
  }
  return 'The pattern cannot be read.'
}

function isLike(path: string, glob: string): boolean {
  if (glob.startsWith('!')) return !isLike(path, glob.slice(1))
  return glob.includes('/') ? matchesGlob(path, glob) : matchesGlob(path.slice(path.lastIndexOf('/') + 1), glob)
}

/** A name with line ends or other control characters is quoted, so that one line is one result. */
function oneLine(name: string): string {
  return /\p{Cc}/u.test(name) ? JSON.stringify(name) : name
}

/** The part of a long line around its match. */
function excerpt(text: string, column: number): string {
  if (text.length <= maxShownLength) return text
  const start = Math.max(0, Math.min(column - 1 - maxShownLength / 3, text.length - maxShownLength))
  const end = start + maxShownLength
  return `${start > 0 ? '…' : ''}${text.slice(start, end)}${end < text.length ? '…' : ''}`
}
