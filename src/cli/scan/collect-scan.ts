import { z } from 'zod'
import type { ScanCoverage } from '../../output/scan/scan-document.ts'
import { CodexError } from '../../plugin-api/errors.ts'
import type { Category, Finding } from '../../plugin-api/index.ts'
import type { ToolSession } from '../../runtime/open-tool-session.ts'
import { callScanTool } from './call-scan-tool.ts'
import { type ScanPart, toolOfPart } from './scan-parts.ts'

/** What a scan found and looked at. */
export interface CollectedScan {
  readonly findings: readonly Finding[]
  readonly coverage: ScanCoverage
  /** What went wrong beside the scan, such as a rule file that did not load. */
  readonly warnings: readonly string[]
}

/** What a scan is asked for. */
export interface ScanWish {
  readonly parts: readonly ScanPart[]
  readonly paths: readonly string[]
  /** Ids of rules of code; absent: those of the categories. */
  readonly rules?: readonly string[]
  /** Absent: those that run by default. */
  readonly categories?: readonly Category[]
  /** Secrets: also what commits added. */
  readonly history: boolean
}

const count = z.number()
const counts = z.record(z.string(), count)
const gap = z.object({
  file: z.string(),
  reason: z.string(),
  line: count.optional(),
  rule: z.string().optional(),
  problem: z.string().optional(),
})
/** The data of each tool, as far as reports need it. */
const codeSchema = z.object({
  rules: count,
  files: counts,
  skipped: counts,
  gaps: z.array(gap),
  disabled_rules: z.array(z.string()).optional(),
  broken_rules: z.array(z.object({ rule: z.string(), problem: z.string() })),
  truncated: z.boolean(),
})
const secretsSchema = z.object({
  files: z.object({ scanned: count }),
  skipped: counts,
  gaps: z.array(gap).default([]),
  truncated: z.boolean(),
  history: z
    .object({
      commits: count,
      still_there: count,
      skipped: counts,
      stopped: z.string().optional(),
    })
    .optional(),
})
const dependenciesSchema = z.object({
  files: z.object({ scanned: count }),
  packages: count,
  rules: z.array(z.string()),
  gaps: z.array(z.object({ file: z.string(), problem: z.string() })),
  skipped: counts,
  truncated: z.boolean(),
})

/**
 * Runs the tools of the parts, all at the same time. A part whose tool is not installed, or may not be used, is left out and said.
 *
 * @param progress told how far it is, such as `120 of 900 files`
 * @throws CodexError `permission.denied`, `tool.failed`; the abort reason
 */
export async function collectScan(
  session: ToolSession,
  wish: ScanWish,
  progress: (text: string) => void,
  signal: AbortSignal,
): Promise<CollectedScan> {
  const { paths, rules, categories, history } = wish
  const parts = wish.parts.filter((part) => session.hasTool(toolOfPart[part]))
  if (parts.length === 0) throw noTool(wish.parts)
  const failed = new AbortController()
  const either = AbortSignal.any([signal, failed.signal])
  const run = async <Report>(part: ScanPart, input: object, reportSchema: z.ZodType<Report>) => {
    if (!parts.includes(part)) return undefined
    try {
      return await callScanTool(session, { tool: toolOfPart[part], input, reportSchema }, progress, either)
    } catch (error) {
      failed.abort(error)
      throw error
    }
  }
  const runs = [
    run('code', { paths, ...(rules && { rules }), ...(categories && { categories }) }, codeSchema),
    run('secrets', { paths, history }, secretsSchema),
    run('dependencies', { paths }, dependenciesSchema),
  ] as const
  // All have ended before the session may be closed.
  await Promise.allSettled(runs)
  failed.signal.throwIfAborted()
  const [code, secrets, dependencies] = await Promise.all(runs)
  const done = [code, secrets, dependencies].filter((each) => each !== undefined)
  const missing = wish.parts.filter((part) => !parts.includes(part))
  return {
    findings: done.flatMap(({ findings }) => findings),
    warnings: [
      ...done.flatMap(({ warnings }) => warnings),
      ...missing.map((part) => `Left out: ${part}, since there is no tool ${toolOfPart[part]} that may be used.`),
    ],
    coverage: {
      parts,
      ...(code?.report ?? { rules: 0, files: {}, skipped: {}, gaps: [], broken_rules: [] }),
      ...(secrets && { secrets: secrets.report }),
      ...(dependencies && { dependencies: dependencies.report }),
      truncated: done.some(({ report }) => report.truncated),
    },
  }
}

function noTool(parts: readonly ScanPart[]): CodexError {
  const tools = parts.map((part) => toolOfPart[part]).join(', ')
  return new CodexError('tool.failed', `There is no tool that scans: ${tools} is not installed, or may not be used`, {
    hint: 'See codex extensions tools, and allowed_tools of the profile.',
  })
}
