import { createHash } from 'node:crypto'
import { isAbsolute, relative, resolve, sep } from 'node:path'
import {
  CodexError,
  categories,
  confidences,
  defineTool,
  type Finding,
  findingSchema,
  severities,
  type ToolContext,
  z,
} from 'codex-kernel/plugin-api'
import { teamOf, toldOf } from './team-of.ts'

/** Lines of the source that a finding carries. */
const maxSnippetLines = 5

const line = z.int().positive()
const input = z.strictObject({
  rule: z
    .string()
    .regex(/^[a-z0-9][a-z0-9._/-]{0,99}$/i)
    .describe('Short id of the kind of flaw, such as sql-injection.'),
  severity: z.enum(severities).describe('How grave it is.'),
  confidence: z.enum(confidences).default('medium').describe('How sure you are. Default medium.'),
  category: z.enum(categories).optional().describe('What kind of flaw it is. Absent: security.'),
  message: z.string().min(1).max(1000).describe('One line: what is wrong here.'),
  why: z.string().max(4000).optional().describe('Why it matters, in a sentence or two.'),
  cwe: z
    .array(z.string().regex(/^CWE-\d+$/))
    .max(20)
    .default([])
    .describe('Such as CWE-89.'),
  file: z.string().min(1).describe('The file, in the workspace.'),
  line: line.describe('First line, from 1.'),
  column: line.default(1).describe('From 1. Default 1.'),
  end_line: line.optional().describe('Last line. Absent: the first.'),
  fix: z.string().max(4000).optional().describe('What to do about it.'),
})
type Given = z.output<typeof input>

export const tool = defineTool({
  name: 'publish_finding',
  description:
    'Publish a flaw that you found in a file: people see it at once, and the other agents of this run are told. One that another agent has published gets you as a further author.',
  input,
  effects: ['read'],
  parallel: false,
  item: 'own',
  outputSchema: z.object({
    is_new: z.boolean().describe('False where another agent had published it before.'),
    authors: z.array(z.string()).describe('Ids of the agents that published it.'),
    finding: findingSchema.describe('The one that stands for all that say the same.'),
    hint: z.string().optional().describe('Such as that the others were not told.'),
  }),
  run: (given: Given, ctx: ToolContext) =>
    toldOf(async () => {
      const { finding, authors, isNew, hint } = await teamOf(ctx).publish(await findingOf(given, ctx))
      const by = isNew ? 'new' : `known, by ${authors.join(', ')}`
      return [{ is_new: isNew, authors, finding, ...(hint !== undefined && { hint }) }, `${given.rule}: ${by}`]
    }),
})

/** The finding at a place that is there and that the agent may read. @throws CodexError `permission.denied`, `tool.failed` */
async function findingOf(given: Given, { fs, workspaceRoot, cwd, redact }: ToolContext): Promise<Finding> {
  const path = resolve(cwd, given.file)
  const file = relative(workspaceRoot, path).split(sep).join('/')
  if (file === '' || file === '..' || file.startsWith('../') || isAbsolute(file)) {
    throw notThere(given.file, 'lies outside of the workspace', 'Name a file of the workspace.')
  }
  const text = await fs.readText(path).catch((error: unknown) => {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code === 'ENOENT' || code === 'EISDIR' || code === 'ENOTDIR')
      throw notThere(given.file, 'is no file', 'Name a file by its path from the root of the workspace.')
    throw error
  })
  const lines = text.split('\n')
  const { line: first, column, end_line: last = first } = given
  const end = lines[last - 1]
  if (last < first || end === undefined) {
    throw notThere(
      given.file,
      `has ${lines.length} lines, and not lines ${first} to ${last}`,
      'Read it again, and name the lines as they are.',
    )
  }
  const snippet = redact(lines.slice(first - 1, Math.min(last, first - 1 + maxSnippetLines)).join('\n'))
  const print = createHash('sha256').update([given.rule, file, snippet.replaceAll(/\s+/g, ' ').trim()].join('\0'))
  return findingSchema.parse({
    ...{
      rule: given.rule,
      severity: given.severity,
      confidence: given.confidence,
      message: given.message.replaceAll(/\s+/g, ' ').trim(),
    },
    ...(given.category && { category: given.category }),
    ...(given.why !== undefined && { why: given.why }),
    ...{ cwe: given.cwe, file, snippet, fingerprint: print.digest('hex').slice(0, 32) },
    range: {
      start: { line: first, column },
      end: { line: last, column: Math.max(end.length + 1, last === first ? column : 1) },
    },
    ...(given.fix !== undefined && { fix: { description: given.fix } }),
  })
}

function notThere(file: string, what: string, hint: string): CodexError {
  return new CodexError('tool.failed', `${file.slice(0, 300)} ${what}, so the finding was not published`, { hint })
}
