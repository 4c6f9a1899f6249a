import { defineTool, type ToolContext, type ToolOutput, z } from 'codex-kernel/plugin-api'
import { findTestCommands, type TestCommand } from './find-test-commands.ts'
import { type CodeText, mapTests } from './map-tests.ts'
import { outline } from './outline.ts'
import { plural } from './plural.ts'
import { openTrees, readCode } from './read-code.ts'

const input = z.strictObject({
  paths: z.array(z.string()).default([]).describe('Sources of interest; tests are looked for everywhere. Empty: all.'),
  max_files: z.int().positive().max(500).default(15).describe('Sources without a test of their own that are listed.'),
})

/** A source, by what there is to test in it. */
interface UntestedFile {
  readonly file: string
  readonly lines: number
  /** Public functions and classes in it. */
  readonly declarations: readonly string[]
}

/** What `test_map` gives as data. Names are those of the wire. */
interface TestMap {
  readonly sources: number
  readonly tests: number
  /** Sources with a test that is named like them or imports them. */
  readonly tested: number
  readonly tested_percent: number
  /** Sources that tests come to only by way of others, most lines first. */
  readonly indirect: { readonly count: number; readonly files: readonly UntestedFile[] }
  /** Sources that no test comes to, most lines first. */
  readonly untested: { readonly count: number; readonly files: readonly UntestedFile[] }
  readonly languages: readonly string[]
  readonly commands: readonly TestCommand[]
  readonly truncated: boolean
}

export const tool = defineTool({
  name: 'test_map',
  description:
    'Map tests to sources (JavaScript, TypeScript, Python, Go, Java) by name and by import, without running anything: which sources have no test, which are only reached through others, and how the tests are run.',
  input,
  effects: ['read'],
  parallel: true,
  run,
})

async function run({ paths, max_files }: z.output<typeof input>, ctx: ToolContext): Promise<ToolOutput> {
  const trees = await openTrees([ctx.workspaceRoot], ctx)
  const asked =
    paths.length === 0
      ? undefined
      : new Set((await openTrees(paths, ctx)).flatMap((tree) => tree.files.map(({ relativePath }) => relativePath)))
  const files = await readCode(trees, ctx)
  const map = mapTests(files).sources
  const sources = files
    .filter(({ path, role }) => role === 'source' && (asked?.has(path) ?? true))
    .filter((file) => declarationsOf(file).length > 0)
  const tested = sources.filter(({ path }) => (map.get(path)?.tests.length ?? 0) > 0)
  const rest = sources
    .filter(({ path }) => map.get(path)?.tests.length === 0)
    .map((file) => ({ file, isReached: map.get(file.path)?.isReached ?? false }))
  const listed = (isReached: boolean) => {
    const own = rest.filter((each) => each.isReached === isReached).map(({ file }) => untested(file))
    return {
      count: own.length,
      files: own.toSorted((a, b) => b.lines - a.lines || (a.file < b.file ? -1 : 1)).slice(0, max_files),
    }
  }
  return render({
    sources: sources.length,
    tests: files.filter(({ role }) => role === 'test').length,
    tested: tested.length,
    tested_percent: sources.length === 0 ? 0 : Math.round((100 * tested.length) / sources.length),
    indirect: listed(true),
    untested: listed(false),
    languages: [...new Set(sources.map(({ language }) => language))].sort(),
    commands: await findTestCommands(trees, ctx),
    truncated: trees.some(({ truncated }) => truncated),
  })
}

/** Types, constants and re-exports have nothing that a test could call. */
function declarationsOf({ text, language }: CodeText): readonly string[] {
  return outline(text, language).map(({ name }) => name)
}

function untested(file: CodeText): UntestedFile {
  const own = outline(file.text, file.language).filter(({ isPublic }) => isPublic)
  const lines = file.text.split('\n').filter((line) => line.trim() !== '').length
  return { file: file.path, lines, declarations: own.map(({ name }) => name).slice(0, 8) }
}

function render(map: TestMap): ToolOutput {
  const { sources, tests, tested, indirect, untested: none, commands } = map
  const summary = `${tested} of ${plural(sources, 'source')} have a test of their own, ${indirect.count} are reached through others, ${none.count} not at all`
  const list = ({ file, lines, declarations }: UntestedFile) =>
    `- ${file} (${plural(lines, 'line')})${declarations.length > 0 ? `: ${declarations.join(', ')}` : ''}`
  const lines = [
    `${summary}; ${plural(tests, 'test file')}.`,
    ...(none.files.length > 0 ? ['No test comes to:', ...none.files.map(list)] : []),
    ...(indirect.files.length > 0 ? ['Only through others:', ...indirect.files.map(list)] : []),
    ...commands.map(({ command, file }) => `Run with: ${command} (${file})`),
    ...(map.truncated ? ['There are more files than one look takes: name folders.'] : []),
  ]
  return { text: lines.join('\n'), structured: map, summary }
}
