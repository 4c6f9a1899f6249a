import { z } from 'zod'
import type { ScanCoverage } from '../../output/scan/scan-document.ts'
import { CodexError } from '../../plugin-api/errors.ts'
import type { Category, Finding, ThreadItem } from '../../plugin-api/index.ts'
import type { ToolSession } from '../../runtime/open-tool-session.ts'

/** What a scan found and looked at. */
export interface CollectedScan {
  readonly findings: readonly Finding[]
  readonly coverage: ScanCoverage
  /** What went wrong beside the scan, such as a rule file that did not load. */
  readonly warnings: readonly string[]
}

const count = z.number()
/** The data of `code_scan`, as far as reports need it. */
const coverageSchema = z.object({
  rules: count,
  files: z.record(z.string(), count),
  skipped: z.record(z.string(), count),
  gaps: z.array(
    z.object({
      file: z.string(),
      reason: z.string(),
      line: count.optional(),
      rule: z.string().optional(),
      problem: z.string().optional(),
    }),
  ),
  disabled_rules: z.array(z.string()).optional(),
  broken_rules: z.array(z.object({ rule: z.string(), problem: z.string() })),
  truncated: z.boolean(),
})

/** What `code_scan` is asked for. */
export interface CodeScanWish {
  readonly paths: readonly string[]
  /** Ids; absent: those of the categories. */
  readonly rules?: readonly string[]
  /** Absent: those that run by default. */
  readonly categories?: readonly Category[]
}

/**
 * Runs `code_scan`.
 *
 * @param progress told how far it is, such as `120 of 900 files`
 * @throws CodexError `permission.denied`, `tool.failed`; the abort reason
 */
export async function collectScan(
  session: ToolSession,
  wish: CodeScanWish,
  progress: (text: string) => void,
  signal: AbortSignal,
): Promise<CollectedScan> {
  const findings: Finding[] = []
  const warnings: string[] = []
  const calls = session.call('code_scan', wish, signal)
  let denial: Extract<ThreadItem, { type: 'denial' }> | undefined
  let step = await calls.next()
  for (; !step.done; step = await calls.next()) {
    if (step.value.type === 'item.delta') continue
    const { item } = step.value
    if (item.type === 'finding') findings.push(item.finding)
    if (item.type === 'denial') denial = item
    if (item.type === 'error') warnings.push(item.message)
    if (item.type === 'tool_call' && step.value.type === 'item.updated') progress(item.summary)
  }
  const { output, structured, failed } = step.value
  if (failed) throw scanFailure(output, denial)
  const coverage = coverageSchema.safeParse(structured)
  if (coverage.success) return { findings, coverage: coverage.data, warnings }
  throw new CodexError('tool.failed', `code_scan gave no report that can be read: ${z.prettifyError(coverage.error)}`, {
    hint: 'Another plugin brings a tool of that name: see codex extensions tools.',
  })
}

/** What a refused or failed call is to the person who asked for it. */
export function scanFailure(output: string, denial: Extract<ThreadItem, { type: 'denial' }> | undefined): CodexError {
  if (!denial) return new CodexError('tool.failed', output)
  const { reason, layer, file, line, hint } = denial
  return new CodexError('permission.denied', `${reason} [${layer}]`, {
    ...(hint !== undefined && { hint }),
    ...(file !== undefined && { location: { file, ...(line !== undefined && { line }) } }),
  })
}
