import { availableParallelism } from 'node:os'
import type { ToolContext, Tree, TreeFile } from 'codex-kernel/plugin-api'
import { openKeptScans } from './kept-scans.ts'
import { scanFile } from './scan-file.ts'
import { openScanPool } from './scan-pool.ts'
import type { ScanRule } from './scan-rule.ts'
import type { FileOutcome } from './summarize-scan.ts'

/** Code that people write is shorter; what is longer is counted as skipped. */
const maxFileBytes = 1024 * 1024
const maxThreads = 8
/** A thread takes longer to start than to scan less than this. */
const leastBytesOfThread = 128 * 1024
const progressEveryMs = 1000

export interface TreeScan {
  /** Files and directories; empty: the working directory. */
  readonly paths: readonly string[]
  readonly rules: readonly ScanRule[]
  /** Of all rules that there are, also those that do not run. */
  isRule(id: string): boolean
  /** True to measure texts too; nothing is then kept between runs. */
  readonly measures: boolean
  /** True for files that the settings leave out, by path relative to the workspace root. */
  isLeftOut(file: string): boolean
  readonly stepTimeoutMs: number
  /** Absent: one for each core. */
  readonly threads?: number | undefined
  /** Told once a second how far it is, such as `120 of 900 files`. */
  progress(summary: string): void
}

/** Runs over all code below some paths. @throws the gate's refusal; the abort reason */
export async function scanTrees(
  scan: TreeScan,
  ctx: ToolContext,
): Promise<{ readonly trees: readonly Tree[]; readonly outcomes: readonly FileOutcome[] }> {
  const trees = await openTrees(scan.paths.length > 0 ? scan.paths : [ctx.cwd], ctx)
  const files = uniqueFiles(trees)
  const threads = scan.threads ?? threadsFor(files.map(({ file }) => file.sizeBytes))
  const kept = openKeptScans(scan.measures ? undefined : ctx.cache, ctx.workspaceRoot, scan.rules)
  const { rules, stepTimeoutMs, measures } = scan
  const isRule = (id: string): boolean => scan.isRule(id)
  const pool = openScanPool(rules, { threads, stepTimeoutMs, measures }, ctx.signal)
  const outcomes: FileOutcome[] = []
  try {
    const showProgress = progressOf(files.length, scan.progress)
    const queue = files.values()
    const lane = async (): Promise<void> => {
      for (const { file, root } of queue) {
        ctx.signal.throwIfAborted()
        const outcome = scan.isLeftOut(file.relativePath)
          ? ({ file: file.relativePath, skipped: 'excluded' } as const)
          : await scanFile(file, root, { pool, kept, rules, isRule, ctx })
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
  return { trees, outcomes }
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
function progressOf(total: number, tell: (summary: string) => void): () => void {
  const state = { done: 0, toldAtMs: performance.now() }
  return () => {
    state.done++
    const nowMs = performance.now()
    if (nowMs - state.toldAtMs < progressEveryMs) return
    state.toldAtMs = nowMs
    tell(`${state.done} of ${total} files`)
  }
}
