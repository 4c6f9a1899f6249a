import { defineTool, type ToolContext, type ToolOutput, z } from 'codex-kernel/plugin-api'
import { parseCoverage } from './coverage-formats.ts'
import { findCoverage } from './find-coverage.ts'
import { createPathMatcher } from './match-paths.ts'
import { openTrees } from './read-code.ts'
import { renderCoverage } from './render-coverage.ts'
import { type ReadReport, summarizeCoverage } from './summarize-coverage.ts'

const input = z.strictObject({
  paths: z.array(z.string()).default([]).describe('Sources of interest, files or folders. Empty: all.'),
  reports: z.array(z.string()).default([]).describe('Coverage reports to read. Empty: those that are found.'),
  max_files: z.int().positive().max(500).default(10).describe('Files and functions that are listed, the worst first.'),
})

export const tool = defineTool({
  name: 'coverage_report',
  description:
    'Read the coverage reports that tests have left (lcov, istanbul, coverage.py, Cobertura, Go, JaCoCo), wherever they usually lie: share of lines, the worst files with the lines that did not run, functions that never ran, and whether the report is older than the sources. Runs no tests.',
  input,
  effects: ['read'],
  parallel: true,
  run,
})

async function run({ paths, reports, max_files }: z.output<typeof input>, ctx: ToolContext): Promise<ToolOutput> {
  const [tree] = await openTrees([ctx.workspaceRoot], ctx)
  if (tree === undefined) throw new Error('the workspace has a tree')
  const sources = new Map(tree.files.map((file) => [file.relativePath, file]))
  const asked =
    paths.length === 0
      ? undefined
      : new Set((await openTrees(paths, ctx)).flatMap(({ files }) => files.map(({ relativePath }) => relativePath)))
  const named =
    reports.length > 0
      ? (
          await Promise.all(
            reports.map((path) => ctx.fs.openTree(path, { gitignore: false, maxFileBytes: 96 * 1024 * 1024 })),
          )
        ).flatMap(({ files }) => files)
      : undefined
  const match = createPathMatcher([...sources.keys()], ctx.workspaceRoot)
  const read: ReadReport[] = []
  const { files, denied } = named ? { files: named, denied: [] } : await findCoverage(tree, ctx)
  for (const path of denied) read.push({ file: path, modifiedMs: 0, problem: 'it may not be read' })
  for (const file of files) {
    ctx.signal.throwIfAborted()
    const parsed = parseCoverage(await file.read())
    const { relativePath, modifiedMs } = file
    if (parsed) read.push({ file: relativePath, modifiedMs, ...parsed })
    else if (named) read.push({ file: relativePath, modifiedMs, problem: 'it is in none of the formats that are read' })
  }
  return renderCoverage(summarizeCoverage(read, { match, sources, asked, maxFiles: max_files }))
}
