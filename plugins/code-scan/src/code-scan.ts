import {
  type Definition,
  defineTool,
  severities,
  type ToolContext,
  type ToolEvent,
  type ToolOutput,
  z,
} from 'codex-kernel/plugin-api'
import { isCostlyRule } from './is-costly-rule.ts'
import { renderScan } from './render-scan.ts'
import { categories, type ScanRule } from './scan-rule.ts'
import { readSettings } from './scan-settings.ts'
import { scanTrees } from './scan-trees.ts'
import { type ScanReport, summarizeScan } from './summarize-scan.ts'

const input = z.strictObject({
  paths: z.array(z.string()).default([]).describe('Files and directories. Empty: the working directory.'),
  rules: z.array(z.string()).optional().describe('Ids of the rules to run. Absent: all.'),
  categories: z.array(z.enum(categories)).optional().describe('Categories of rules to run. Absent: all.'),
  min_severity: z.enum(severities).default('info').describe('Least severity to report.'),
})
type ScanRequest = z.output<typeof input>

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
  const read = readSettings(ctx.settings)
  if ('problem' in read) return { text: read.problem, summary: 'invalid settings', failed: true }
  const choice = chooseRules(await ctx.definitions('scan-rule'), request)
  if ('unknown' in choice) {
    const text = `No rule has the id ${choice.unknown.join(', ')}. Rules: ${choice.known.join(', ')}`
    return { text, summary: 'no such rule', failed: true }
  }
  const { rule_timeout_ms: stepTimeoutMs, threads } = read.settings
  const progress = (summary: string): void => {
    const item = { type: 'tool_call', tool: tool.name, arguments: request, summary, status: 'in_progress' } as const
    ctx.emit({ type: 'item', done: false, item })
  }
  const { paths } = request
  const scanned = { paths, rules: choice.chosen, measures: false, stepTimeoutMs, threads, progress }
  const { trees, outcomes } = await scanTrees(scanned, ctx)
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
