import {
  categories,
  confidences,
  defineTool,
  type Finding,
  severities,
  type ToolContext,
  type ToolEvent,
  type ToolOutput,
  z,
} from 'codex-kernel/plugin-api'
import { chooseRules } from './choose-rules.ts'
import { onLines } from './on-lines.ts'
import { renderScan } from './render-scan.ts'
import { readSettings } from './scan-settings.ts'
import { scanTrees } from './scan-trees.ts'
import type { FileOutcome } from './summarize-scan.ts'
import { summarizeScan } from './summarize-scan.ts'
import { isExcluded, withoutDisabled } from './switch-off.ts'

const input = z.strictObject({
  paths: z.array(z.string()).default([]).describe('Files and directories. Empty: the working directory.'),
  rules: z.array(z.string()).optional().describe('Ids of rules to run, besides those of `categories`.'),
  categories: z
    .array(z.enum(categories))
    .optional()
    .describe(
      'Categories of rules to run. Absent, without `rules`: security and correctness, and all that are not built in.',
    ),
  min_severity: z.enum(severities).default('info').describe('Least severity to report.'),
  min_confidence: z.enum(confidences).default('low').describe('Least confidence to report.'),
  lines: z
    .array(z.strictObject({ file: z.string(), from: z.int().positive(), to: z.int().positive() }))
    .optional()
    .describe('Report only what is on these lines, or goes through them: those of a change. Absent: everything.'),
})
type ScanRequest = z.output<typeof input>

export const tool = defineTool({
  name: 'code_scan',
  description:
    'Scan code (JavaScript, TypeScript, Python, Go, Java, Bash, HTML, Dockerfiles, workflows) with the installed rules, without ' +
    'running it, for flaws of security and correctness, or by categories of performance, tests and maintainability. ' +
    'Gives findings with rule, severity, confidence, CWE, file:line:column, the way of the data, and the fix. ' +
    'Use it first in a security review, then read the code at each finding.',
  input,
  effects: ['read'],
  parallel: true,
  run: scan,
})

async function* scan(request: ScanRequest, ctx: ToolContext): AsyncGenerator<ToolEvent, ToolOutput> {
  const read = await readSettings(ctx)
  if ('problem' in read) return { text: read.problem, summary: 'invalid settings', failed: true }
  const definitions = await ctx.definitions('scan-rule')
  const choice = chooseRules(definitions, request, read.settings)
  if ('unknown' in choice) {
    const text = `No rule has the id ${choice.unknown.join(', ')}. Rules: ${choice.known.join(', ')}`
    return { text, summary: 'no such rule', failed: true }
  }
  const { settings, ignored } = read
  const { rule_timeout_ms: stepTimeoutMs, threads } = settings
  const progress = (summary: string): void => {
    const item = { type: 'tool_call', tool: tool.name, arguments: request, summary, status: 'in_progress' } as const
    ctx.emit({ type: 'item', done: false, item })
  }
  const { paths } = request
  const isLeftOut = (file: string): boolean => isExcluded(file, settings)
  const ids = new Set(definitions.map(({ id }) => id))
  const isRule = (id: string): boolean => ids.has(id)
  const scanned = { paths, rules: choice.chosen, isRule, measures: false, isLeftOut, stepTimeoutMs, threads, progress }
  const { trees, outcomes } = await scanTrees(scanned, ctx)
  const counted = withoutDisabled(outcomes, settings)
  const switches = { disabled: counted.disabled, disabled_ignored: ignored }
  const severe = withLeast(counted.outcomes, request)
  const reported = request.lines ? onLines(severe, request.lines) : severe
  const report = summarizeScan(trees, reported, choice, switches)
  for (const finding of report.findings) yield { type: 'finding', finding }
  return renderScan(report)
}

/** A rule that was chosen can make findings that are less severe than it is. */
function withLeast(outcomes: readonly FileOutcome[], least: ScanRequest): readonly FileOutcome[] {
  const isReported = ({ severity, confidence }: Finding): boolean =>
    severities.indexOf(severity) <= severities.indexOf(least.min_severity) &&
    confidences.indexOf(confidence) <= confidences.indexOf(least.min_confidence)
  return outcomes.map((outcome) =>
    'findings' in outcome ? { ...outcome, findings: outcome.findings.filter(isReported) } : outcome,
  )
}
