import { availableParallelism } from 'node:os'
import {
  type Definition,
  defineTool,
  severities,
  type ToolContext,
  type ToolEvent,
  type ToolOutput,
  type Tree,
  type TreeFile,
  z,
} from 'codex-kernel/plugin-api'
import { isCostlyRule } from './is-costly-rule.ts'
import { openKeptScans } from './kept-scans.ts'
import { renderScan } from './render-scan.ts'
import { scanFile } from './scan-file.ts'
import { openScanPool } from './scan-pool.ts'
import { categories, type ScanRule } from './scan-rule.ts'
import { type FileOutcome, type ScanReport, summarizeScan } from './summarize-scan.ts'

const input = z.strictObject({
  paths: z.array(z.string()).default([]).describe('Files and directories. Empty: the working directory.'),
  rules: z.array(z.string()).optional().describe('Ids of the rules to run. Absent: all.'),
  categories: z.array(z.enum(categories)).optional().describe('Categories of rules to run. Absent: all.'),
  min_severity: z.enum(severities).default('info').describe('Least severity to report.'),
})
type ScanRequest = z.output<typeof input>

/** `[plugins."@codex-kernel/code-scan"]` of the configuration. */
const settingsSchema = z.strictObject({
  rule_timeout_ms: z.int().min(100).default(5000).describe('Milliseconds that one rule may take on one file.'),
  threads: z.int().min(1).max(64).optional().describe('Threads that scan. Absent: one for each core, at most 8.'),
})

/** Code that people write is shorter; what is longer is counted as skipped. */
const maxFileBytes = 1024 * 1024
const maxThreads = 8
/** A thread takes longer to start than to scan less than this. */
const leastBytesOfThread = 128 * 1024
const progressEveryMs = 1000

export const tool = defineTool({
  name: 'code_scan',
  description:
    'Scan code (JavaScript, TypeScript, Python, Go, Java, Bash, HTML, Dockerfiles, workflows) for security flaws with the ' +
    'installed rules, without running it. ' +
    'Gives findings with rule, severity, confidence, CWE, file:line:column, the way of the data, and the fix. ' +
    'Use it first in a security review, then read the code at each finding.',
  input,
  effects: ['read'],
  parallel: true,
  run: scan,
})

async function* scan(request: ScanRequest, ctx: ToolContext): AsyncGenerator<ToolEvent, ToolOutput> {
  const settings = settingsSchema.safeParse(ctx.settings)
  if (!settings.success) {
    const text = `The settings [plugins."@codex-kernel/code-scan"] are not valid: ${z.prettifyError(settings.error)}`
    return { text, summary: 'invalid settings', failed: true }
  }
  const choice = chooseRules(await ctx.definitions('scan-rule'), request)
  if ('unknown' in choice) {
    const text = `No rule has the id ${choice.unknown.join(', ')}. Rules: ${choice.known.join(', ')}`
    return { text, summary: 'no such rule', failed: true }
  }
  const trees = await openTrees(request.paths.length > 0 ? request.paths : [ctx.cwd], ctx)
  const files = uniqueFiles(trees)
  const threads = settings.data.threads ?? threadsFor(files.map(({ file }) => file.sizeBytes))
  const kept = openKeptScans(ctx.cache, ctx.workspaceRoot, choice.chosen)
  const pool = openScanPool(choice.chosen, { threads, stepTimeoutMs: settings.data.rule_timeout_ms }, ctx.signal)
  const outcomes: FileOutcome[] = []
  try {
    const showProgress = progressOf(request, files.length, ctx)
    const queue = files.values()
    const lane = async (): Promise<void> => {
      for (const { file, root } of queue) {
        ctx.signal.throwIfAborted()
        const outcome = await scanFile(file, root, { pool, kept, ctx })
        if (outcome) outcomes.push(outcome)
        showProgress()
      }
    }
    // Two for each thread, so that a text waits for a thread that has become free.
    await Promise.all(Array.from({ length: 2 * threads }, lane))
  } finally {
    pool.close()
  }
  kept.save()
  const report = summarizeScan(trees, outcomes, choice)
  for (const finding of report.findings) yield { type: 'finding', finding }
  return renderScan(report)
}

type RuleChoice =
  | { readonly chosen: readonly ScanRule[]; readonly refused: ScanReport['broken_rules'] }
  | { readonly unknown: readonly string[]; readonly known: readonly string[] }

function chooseRules(definitions: readonly Definition<unknown>[], request: ScanRequest): RuleChoice {
  const wanted = request.rules
  const known = definitions.map((definition) => definition.id)
  const unknown = wanted?.filter((id) => !known.includes(id)) ?? []
  if (unknown.length > 0) return { unknown, known }
  const reported = severities.slice(0, severities.indexOf(request.min_severity) + 1)
  const rules = definitions
    .filter((definition) => !wanted || wanted.includes(definition.id))
    .map(({ id, value, origin }) => ({ rule: { ...(value as ScanRule), id }, origin })) // checked by the kind of this plugin
    .filter(({ rule }) => reported.includes(rule.severity))
    .filter(({ rule }) => !request.categories || request.categories.includes(rule.category))
  const refused = rules.filter(({ rule, origin }) => !origin.trusted && isCostlyRule(rule))
  return {
    chosen: rules.filter((each) => !refused.includes(each)).map(({ rule }) => rule),
    refused: refused.map(({ rule }) => ({
      rule: rule.id,
      problem: 'it searches without an end inside another search, and the repository is not trusted',
    })),
  }
}

function threadsFor(sizes: readonly number[]): number {
  const sizeBytes = sizes.reduce((sum, size) => sum + size, 0)
  return Math.max(1, Math.min(availableParallelism(), maxThreads, Math.ceil(sizeBytes / leastBytesOfThread)))
}

async function openTrees(roots: readonly string[], ctx: ToolContext): Promise<readonly Tree[]> {
  const trees: Tree[] = []
  for (const root of roots) trees.push(await ctx.fs.openTree(root, { maxFileBytes }))
  return trees
}

/** A file that lies below two roots counts for the first. */
function uniqueFiles(trees: readonly Tree[]): readonly { readonly file: TreeFile; readonly root: string }[] {
  const byPath = new Map<string, { file: TreeFile; root: string }>()
  for (const { root, files } of trees) {
    for (const file of files) if (!byPath.has(file.path)) byPath.set(file.path, { file, root })
  }
  return [...byPath.values()]
}

/** To be called after each file: says how far the scan is, once a second. */
function progressOf(request: ScanRequest, total: number, ctx: ToolContext): () => void {
  const state = { done: 0, toldAtMs: performance.now() }
  return () => {
    state.done++
    const nowMs = performance.now()
    if (nowMs - state.toldAtMs < progressEveryMs) return
    state.toldAtMs = nowMs
    const summary = `${state.done} of ${total} files`
    const item = { type: 'tool_call', tool: tool.name, arguments: request, summary, status: 'in_progress' } as const
    ctx.emit({ type: 'item', done: false, item })
  }
}
