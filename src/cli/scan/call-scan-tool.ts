import { z } from 'zod'
import { CodexError } from '../../plugin-api/errors.ts'
import type { Finding, ThreadItem } from '../../plugin-api/index.ts'
import type { ToolSession } from '../../runtime/open-tool-session.ts'

/** What a tool that scans found, and its report as data. */
export interface ToolScan<Report> {
  readonly findings: readonly Finding[]
  readonly report: Report
  /** What went wrong beside the scan, such as a rule file that did not load. */
  readonly warnings: readonly string[]
}

/**
 * Runs a tool that scans to its end.
 *
 * @param progress told how far it is, such as `120 of 900 files`
 * @throws CodexError `permission.denied`, `tool.failed`; the abort reason
 */
export async function callScanTool<Report>(
  session: ToolSession,
  {
    tool,
    input,
    reportSchema,
  }: { readonly tool: string; readonly input: object; readonly reportSchema: z.ZodType<Report> },
  progress: (text: string) => void,
  signal: AbortSignal,
): Promise<ToolScan<Report>> {
  const findings: Finding[] = []
  const warnings: string[] = []
  const calls = session.call(tool, input, signal)
  let denial: Extract<ThreadItem, { type: 'denial' }> | undefined
  let step = await calls.next()
  for (; !step.done; step = await calls.next()) {
    if (!('item' in step.value)) continue
    const { item } = step.value
    if (item.type === 'finding') findings.push(item.finding)
    if (item.type === 'denial') denial = item
    if (item.type === 'error') warnings.push(item.message)
    if (item.type === 'tool_call' && step.value.type === 'item.updated') progress(item.summary)
  }
  const { output, structured, failed } = step.value
  if (failed) throw scanFailure(output, denial)
  const report = reportSchema.safeParse(structured)
  if (report.success) return { findings, report: report.data, warnings }
  throw new CodexError('tool.failed', `${tool} gave no report that can be read: ${z.prettifyError(report.error)}`, {
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
