import {
  defineTool,
  type ToolContext,
  type ToolEvent,
  type ToolOutput,
  type Tree,
  type TreeFile,
  z,
} from 'codex-kernel/plugin-api'
import { checkFile, kindOfFile } from './check-file.ts'
import { makeFindings } from './make-findings.ts'
import { renderScan } from './render-scan.ts'
import { summarizeScan } from './summarize-scan.ts'

const input = z.strictObject({
  paths: z.array(z.string()).default([]).describe('Files and directories. Empty: the working directory.'),
})

/** Lockfiles of large projects are longer than code. */
const maxFileBytes = 24 * 1024 * 1024
const vendored = /(^|\/)(node_modules|bower_components|vendor|third_party|\.venv|venv|site-packages)\//

export const tool = defineTool({
  name: 'dependency_scan',
  description:
    'Read manifests and lockfiles (npm, yarn, pnpm, pip, poetry, uv, Go, Cargo, Maven, Gradle, Dockerfiles, workflows) for what ' +
    'can be told without a network: sources that can change, no hashes, floating versions, install scripts, names that look like popular ones. No list of known vulnerabilities.',
  input,
  effects: ['read'],
  parallel: true,
  run: scan,
})

async function* scan(request: z.output<typeof input>, ctx: ToolContext): AsyncGenerator<ToolEvent, ToolOutput> {
  const trees: Tree[] = []
  for (const root of request.paths.length > 0 ? request.paths : [ctx.cwd])
    trees.push(await ctx.fs.openTree(root, { maxFileBytes }))
  const files = new Map(
    trees.flatMap((tree) => tree.files.flatMap((file) => (isOurs(file, tree.root) ? [[file.path, file]] : []))),
  )
  const read = readerOf(files, ctx.signal)
  const results = []
  for (const file of files.values()) {
    ctx.signal.throwIfAborted()
    const result = await checkFile(file, read)
    results.push({
      file,
      ...result,
      findings: makeFindings(result.flaws, file.relativePath, result.text, (text) => ctx.redact(text)),
    })
  }
  const report = summarizeScan(trees, results)
  for (const finding of report.findings) yield { type: 'finding', finding }
  return renderScan(report)
}

function isOurs(file: TreeFile, root: string): boolean {
  const below = file.path.startsWith(`${root}/`) ? file.path.slice(root.length + 1) : ''
  return kindOfFile(file.path) !== undefined && !vendored.test(below)
}

/** Texts by path, each read once; undefined for what is not there, or cannot be read. */
function readerOf(
  files: ReadonlyMap<string, TreeFile>,
  signal: AbortSignal,
): (path: string) => Promise<string | undefined> {
  const texts = new Map<string, Promise<string | undefined>>()
  return (path) => {
    const known = texts.get(path)
    if (known) return known
    const text = (files.get(path)?.read() ?? Promise.resolve(undefined)).catch(() => {
      signal.throwIfAborted()
      return undefined
    })
    texts.set(path, text)
    return text
  }
}
