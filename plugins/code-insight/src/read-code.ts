import type { ToolContext, Tree } from 'codex-kernel/plugin-api'
import { languageOf, roleOf } from './code-file.ts'
import type { CodeText } from './map-tests.ts'

/** Files that are read together. */
const batch = 32
/** Nobody writes such lines: they are minified, or data. */
const maxLineLength = 5000

/** The trees of what was asked about; without paths, that of the working directory. */
export async function openTrees(paths: readonly string[], ctx: ToolContext): Promise<readonly Tree[]> {
  const trees: Tree[] = []
  for (const path of paths.length > 0 ? paths : [ctx.cwd]) trees.push(await ctx.fs.openTree(path))
  return trees
}

/** The texts of all code files of the trees, each once, in order; without those that are minified. */
export async function readCode(trees: readonly Tree[], ctx: ToolContext): Promise<readonly CodeText[]> {
  const files = new Map(trees.flatMap(({ root, files }) => files.map((file) => [file.path, { file, root }] as const)))
  const wanted = [...files.values()].flatMap(({ file, root }) => {
    const language = languageOf(file.relativePath)
    // An example is no source of the code base, but where it is what was asked about.
    const named = roleOf(file.relativePath)
    const role = named === 'other' ? roleOf(file.path.slice(root.length + 1)) : named
    return language === undefined || role === 'other' ? [] : [{ file, language, role }]
  })
  const found: CodeText[] = []
  for (let at = 0; at < wanted.length; at += batch) {
    ctx.signal.throwIfAborted()
    const texts = await Promise.all(
      wanted.slice(at, at + batch).map(async ({ file, language, role }) => {
        const text = await file.read().catch(() => undefined) // gone, or unreadable: as if it were not there
        return text === undefined || isMinified(text) ? [] : [{ path: file.relativePath, role, language, text }]
      }),
    )
    found.push(...texts.flat())
  }
  ctx.signal.throwIfAborted()
  return found
}

function isMinified(text: string): boolean {
  return text.split('\n').some((line) => line.length > maxLineLength)
}
