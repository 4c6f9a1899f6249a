import { defineTool, type ToolContext, type ToolOutput, z } from 'codex-kernel/plugin-api'
import { answer, problemText, refusal } from '../run-agents.ts'
import { teamOf } from './team-of.ts'

const defaultTimeoutMs = 120_000

const input = z.strictObject({
  target: z.string().min(1).describe('Path or name of the agent.'),
  question: z.string().describe('One question, with all that it takes to answer it.'),
  timeout_ms: z
    .number()
    .default(defaultTimeoutMs)
    .describe('Milliseconds to wait for the answer, 1 to 3600000. Default 120000.'),
})

export const tool = defineTool({
  name: 'query_agent',
  description:
    'Ask another agent of this run, and wait for the answer. outcome says what came of it: answered, timed_out, ended (it was over first), cannot_answer (it carries out a playbook) or circle (it waits for you).',
  input,
  effects: [],
  parallel: true,
  item: 'own',
  outputSchema: z.object({
    outcome: z
      .enum(['answered', 'timed_out', 'ended', 'cannot_answer', 'circle'])
      .describe('What came of it. Only `answered` has an `answer`.'),
    recipient: z.string().describe('Who was asked, by path.'),
    id: z.string().optional().describe('Id of the question; absent where it was not asked.'),
    answer: z.string().optional().describe('The answer: data of another agent.'),
    state: z.string().optional().describe('Of one that ended: how.'),
    message: z.string().optional().describe('Of one that ended: what it said last.'),
    reason: z.string().optional().describe('Why it cannot answer.'),
    path: z.array(z.string()).optional().describe('Of a circle: who waits for whom, the caller first.'),
    hint: z.string().optional().describe('What to do, where a question repeats itself.'),
  }),
  run,
})

async function run(
  { target, question, timeout_ms: timeoutMs }: z.output<typeof input>,
  ctx: ToolContext,
): Promise<ToolOutput> {
  try {
    const asked = await teamOf(ctx).ask(target, question, timeoutMs)
    const output = answer(asked, `${asked.recipient}: ${asked.outcome}`)
    return asked.outcome === 'answered' ? output : { ...output, failed: true }
  } catch (error) {
    return refusal(problemText(error))
  }
}
