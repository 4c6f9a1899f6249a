import { createHash } from 'node:crypto'
import {
  defineTool,
  type Finding,
  type Severity,
  type ToolContext,
  type ToolEvent,
  type ToolOutput,
  z,
} from 'codex-kernel/plugin-api'
import { plural } from './plural.ts'

const point = z.strictObject({
  title: z.string().min(1).max(200).describe('One line: what goes wrong, and when.'),
  body: z.string().min(1).max(4000).describe('The input or sequence that goes wrong, what happens then, and why.'),
  priority: z
    .enum(['P0', 'P1', 'P2', 'P3'])
    .describe('P0: nothing else may be done before. P1: must be fixed. P2: should be. P3: consider it.'),
  confidence: z.enum(['high', 'medium', 'low']).describe('high: you have followed it through the code.'),
  category: z.enum(['security', 'correctness', 'performance', 'tests', 'maintainability']),
  file: z.string().describe('Path relative to the workspace root.'),
  line: z.int().positive().describe('First line that is wrong.'),
  end_line: z.int().positive().optional().describe('Last one. Absent: the same.'),
  fix: z.string().max(4000).optional().describe('The change that you propose, as short as it can be.'),
})
type Point = z.output<typeof point>

const severityOf: Readonly<Record<Point['priority'], Severity>> = {
  P0: 'critical',
  P1: 'high',
  P2: 'medium',
  P3: 'low',
}

export const tool = defineTool({
  name: 'report_findings',
  description:
    'Report the flaws that you found, each with its place. They are shown to the person, written to reports and counted: call it once, before your last message, with all that you are going to name there. A point whose file or line is not there comes back to you.',
  input: z.strictObject({ findings: z.array(point).max(50) }),
  effects: ['read'],
  parallel: false,
  run,
})

async function* run(
  { findings }: { readonly findings: readonly Point[] },
  ctx: ToolContext,
): AsyncGenerator<ToolEvent, ToolOutput> {
  const problems: string[] = []
  let count = 0
  for (const each of findings) {
    const found = await findingOf(each, ctx)
    if (typeof found === 'string') problems.push(found)
    else {
      count += 1
      yield { type: 'finding', finding: found }
    }
  }
  const summary = plural(count, 'finding')
  if (problems.length === 0) return { text: `Reported: ${summary}.`, summary }
  const text = [`Reported: ${summary}. Not reported, since their place is not there:`, ...problems].join('\n')
  return { text, summary: `${summary}, ${problems.length} without a place`, failed: true }
}

/** What is wrong with the place, as text, where it is not there. */
async function findingOf(each: Point, ctx: ToolContext): Promise<Finding | string> {
  const place = `${each.file}:${each.line}`
  if (each.file.startsWith('/') || each.file.split('/').includes('..'))
    return `${place}: not relative to the workspace root`
  const text = await ctx.fs.readText(`${ctx.workspaceRoot}/${each.file}`).catch(() => undefined)
  if (text === undefined) return `${place}: there is no such file that may be read`
  const lines = text.split(/\r?\n/)
  const last = each.end_line ?? each.line
  if (last < each.line || last > lines.length) return `${place}: the file has ${plural(lines.length, 'line')}`
  const [first = '', end = ''] = [lines[each.line - 1], lines[last - 1]]
  const start = first.length - first.trimStart().length + 1
  return {
    ...{ rule: `review-${each.category}`, severity: severityOf[each.priority], confidence: each.confidence },
    ...{ category: each.category, message: `[${each.priority}] ${each.title}`, why: each.body, file: each.file },
    range: { start: { line: each.line, column: start }, end: { line: last, column: end.trimEnd().length + 1 } },
    snippet: lines
      .slice(each.line - 1, Math.min(last, each.line + 4))
      .join('\n')
      .slice(0, 400),
    ...{ cwe: [], owasp: [], flow: [], references: [] },
    ...(each.fix !== undefined && { fix: { description: each.fix, edits: [] } }),
    fingerprint: createHash('sha256')
      .update(`${each.category}\n${each.file}\n${first.trim()}\n${each.title}`)
      .digest('hex')
      .slice(0, 32),
  }
}
