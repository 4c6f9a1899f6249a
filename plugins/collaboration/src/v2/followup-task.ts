import { defineTool, type ToolContext, type ToolEvent, type ToolOutput, z } from 'codex-kernel/plugin-api'
import { agentsOf, problemText, refusal } from '../run-agents.ts'
import { namespace } from './namespace.ts'
import { activity, contentOf, notFound } from './target.ts'

const input = z.strictObject({
  target: z.string().describe('Name or path of the agent.'),
  message: z.string().describe('What it is told.'),
})

export const tool = defineTool({
  name: 'agents_v2_followup',
  wireName: 'followup_task',
  namespace,
  sealed: ['message'],
  description:
    'Give an agent that there is another task. It begins a turn where it has none, and else reads it with its next request.',
  input,
  effects: ['delegate'],
  parallel: false,
  item: 'own',
  run,
})

async function* run(
  { target, message }: z.output<typeof input>,
  ctx: ToolContext,
): AsyncGenerator<ToolEvent, ToolOutput> {
  const agents = agentsOf(ctx)
  try {
    const node = await agents.send(target, contentOf(message, ctx), { trigger: true, interrupt: false })
    yield activity('interacted', node)
    return { text: '', summary: node.path }
  } catch (error) {
    return refusal(problemText(error, notFound(agents, target)))
  }
}
