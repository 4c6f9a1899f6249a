import { defineTool, type ToolContext, type ToolEvent, type ToolOutput, z } from 'codex-kernel/plugin-api'
import { agentsOf, answer, problemText, refusal } from '../run-agents.ts'
import { wireStatus } from '../wire-status.ts'
import { callItems } from './call-item.ts'
import { namespace } from './namespace.ts'

const input = z.strictObject({ target: z.string().describe('Id of the agent.') })

export const tool = defineTool({
  name: 'agents_v1_close',
  wireName: 'close_agent',
  namespace,
  description:
    'Close an agent that is not needed any more, and all that it began: one that is open takes up room, also when it is done.',
  input,
  effects: ['delegate'],
  parallel: false,
  item: 'own',
  run,
})

async function* run({ target }: z.output<typeof input>, ctx: ToolContext): AsyncGenerator<ToolEvent, ToolOutput> {
  const items = callItems('close_agent', ctx.threadId)
  let isShown = false
  try {
    const agents = agentsOf(ctx)
    if ((await agents.list()).some(({ threadId }) => threadId === target)) {
      isShown = true
      yield items.begin([target])
    }
    const status = await agents.close(target)
    if (isShown) yield items.end([{ threadId: target, status }])
    return answer({ previous_status: wireStatus(status) }, status.state)
  } catch (error) {
    if (isShown) yield items.fail()
    return refusal(problemText(error))
  }
}
