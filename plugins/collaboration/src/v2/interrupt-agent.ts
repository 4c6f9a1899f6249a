import { defineTool, type ToolContext, type ToolEvent, type ToolOutput, z } from 'codex-kernel/plugin-api'
import { agentsOf, answer, problemText, refusal } from '../run-agents.ts'
import { wireStatus } from '../wire-status.ts'
import { namespace } from './namespace.ts'
import { activity, notFound, pathOf } from './target.ts'

const input = z.strictObject({ target: z.string().describe('Name or path of the agent.') })

export const tool = defineTool({
  name: 'agents_v2_interrupt',
  wireName: 'interrupt_agent',
  namespace,
  description: 'End the turn of an agent. It can be told more, and be given another task.',
  input,
  effects: ['delegate'],
  parallel: false,
  item: 'own',
  run,
})

async function* run({ target }: z.output<typeof input>, ctx: ToolContext): AsyncGenerator<ToolEvent, ToolOutput> {
  const agents = agentsOf(ctx)
  try {
    const status = await agents.interrupt(target)
    const path = pathOf(agents, target)
    const node = (await agents.list()).find((each) => each.path === path || each.threadId === target)
    if (node) yield activity('interrupted', node)
    return answer({ previous_status: wireStatus(status) }, status.state)
  } catch (error) {
    return refusal(problemText(error, notFound(agents, target)))
  }
}
