import { defineTool, type ToolContext, type ToolOutput, type Tree, z } from 'codex-kernel/plugin-api'
import { renderMetrics } from './render-metrics.ts'
import { readSettings } from './scan-settings.ts'
import { scanTrees } from './scan-trees.ts'
import { type MetricsReport, summarizeMetrics } from './summarize-metrics.ts'
import { isExcluded } from './switch-off.ts'

const input = z.strictObject({
  paths: z.array(z.string()).default([]).describe('Files and directories. Empty: the working directory.'),
  max_functions: z.int().min(1).max(500).default(20).describe('How many functions to list, the most complex first.'),
  max_duplicates: z
    .int()
    .min(0)
    .max(500)
    .default(20)
    .describe('How many duplicated blocks to list, the largest first.'),
  min_tokens: z.int().min(30).max(1000).default(100).describe('Least length of a duplicated block, in tokens.'),
  with_tests: z.boolean().default(false).describe('List functions and duplicates of test files too.'),
})
export type MetricsRequest = z.output<typeof input>

const maxSnippetLines = 8
const maxSnippetLength = 400

export const tool = defineTool({
  name: 'code_metrics',
  description:
    'Measure code (JavaScript, TypeScript, Python, Go, Java, Bash) without running it: cognitive and cyclomatic complexity, ' +
    'nesting, length and parameters of functions, the largest files, and blocks that are duplicated, each with file and lines. ' +
    'Use it before a refactoring to see where it pays, and after it to see what it brought.',
  input,
  effects: ['read'],
  parallel: true,
  run: measure,
})

async function measure(request: MetricsRequest, ctx: ToolContext): Promise<ToolOutput> {
  const read = await readSettings(ctx)
  if ('problem' in read) return { text: read.problem, summary: 'invalid settings', failed: true }
  const { rule_timeout_ms: stepTimeoutMs, threads } = read.settings
  const progress = (summary: string): void => {
    const item = { type: 'tool_call', tool: tool.name, arguments: request, summary, status: 'in_progress' } as const
    ctx.emit({ type: 'item', done: false, item })
  }
  const isLeftOut = (file: string): boolean => isExcluded(file, read.settings)
  const scan = {
    isRule: () => true,
    paths: request.paths,
    rules: [],
    measures: true,
    isLeftOut,
    stepTimeoutMs,
    threads,
    progress,
  }
  const { trees, outcomes } = await scanTrees(scan, ctx)
  const report = summarizeMetrics(trees, outcomes, request)
  return renderMetrics({ ...report, duplicates: await withSnippets(report.duplicates, trees) })
}

/** The first lines of each block, as they stand in its first place. */
async function withSnippets(
  duplicates: MetricsReport['duplicates'],
  trees: readonly Tree[],
): Promise<MetricsReport['duplicates']> {
  const files = new Map(trees.flatMap((tree) => tree.files.map((file) => [file.relativePath, file])))
  return Promise.all(
    duplicates.map(async (duplicate) => {
      const [place] = duplicate.places
      const text = place && (await files.get(place.file)?.read())
      if (!place || text === undefined) return duplicate
      const lines = text.split('\n').slice(place.line - 1, Math.min(place.end_line, place.line - 1 + maxSnippetLines))
      return { ...duplicate, snippet: lines.join('\n').slice(0, maxSnippetLength) }
    }),
  )
}
