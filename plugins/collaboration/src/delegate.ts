import {
  confidences,
  defineTool,
  type Finding,
  findingSchema,
  type ToolContext,
  type ToolOutput,
  z,
} from 'codex-kernel/plugin-api'
import { isOnLines } from './on-lines.ts'

/** Findings that a model is told, one line each. */
const maxTold = 40

const input = z.strictObject({
  agent: z.string().min(1).describe('Id or alias of the agent.'),
  prompt: z.string().min(1).describe('Its task. It knows nothing of what was said so far: say all that it needs.'),
  paths: z.array(z.string()).max(2000).optional().describe('Files and folders that the task is about.'),
  lines: z
    .array(z.strictObject({ file: z.string(), from: z.int().positive(), to: z.int().positive() }))
    .optional()
    .describe('Take only findings on these lines, or that go through them. Absent: all.'),
  playbook: z.boolean().optional().describe('true: carry out its playbook, and ask no model. Absent: as you work.'),
  min_confidence: z.enum(confidences).default('low').describe('Least confidence of findings to take.'),
})

export const tool = defineTool({
  name: 'delegate',
  description:
    'Hand a piece of work to another agent and wait for it. It works in a thread of its own, with no more permissions than you have. Its last message and its findings come back.',
  input,
  effects: ['delegate'],
  parallel: true,
  outputSchema: z.strictObject({
    agent: z.string().describe('As it was named.'),
    thread_id: z.string().describe('The thread that it worked in.'),
    text: z.string().describe('Its last message.'),
    findings: z.array(findingSchema).describe('What it found, and agents that it handed work to.'),
  }),
  run,
})

async function run(
  { agent, prompt, paths, lines, playbook, min_confidence: least }: z.output<typeof input>,
  { threads }: ToolContext,
): Promise<ToolOutput> {
  const isSure = ({ confidence }: Finding) => confidences.indexOf(confidence) <= confidences.indexOf(least)
  const { threadId, text, findings } = await threads.run({
    ...{ agent, prompt },
    ...(paths && { paths }),
    ...(playbook !== undefined && { playbook }),
    takes: (finding) => isSure(finding) && (lines === undefined || isOnLines(finding, lines)),
  })
  const count = `${findings.length} ${findings.length === 1 ? 'finding' : 'findings'}`
  return {
    text: [text, ...told(findings)].join('\n\n'),
    structured: { agent, thread_id: threadId, text, findings },
    summary: `${agent}: ${findings.length === 0 ? 'done' : count}`,
  }
}

function told(findings: readonly Finding[]): readonly string[] {
  if (findings.length === 0) return []
  const lines = findings
    .slice(0, maxTold)
    .map(
      ({ severity, file, range, rule, message }) => `- [${severity}] ${file}:${range.start.line} ${rule}: ${message}`,
    )
  const more = findings.length > maxTold ? [`- and ${findings.length - maxTold} more`] : []
  return [['Findings:', ...lines, ...more].join('\n')]
}
