import { defineTool, type ToolContext, type ToolEvent, type ToolOutput, z } from 'codex-kernel/plugin-api'
import { agentsOf, answer, problemText, refusal } from '../run-agents.ts'
import { wireStatus } from '../wire-status.ts'
import { callItems } from './call-item.ts'
import { namespace } from './namespace.ts'

const input = z.strictObject({ id: z.string().describe('Id of the agent.') })

export const tool = defineTool({
  name: 'agents_v1_resume',
  wireName: 'resume_agent',
  namespace,
  description: 'Open an agent again that was closed, so that it can be told more.',
  input,
  effects: ['delegate'],
  parallel: false,
  item: 'own',
  run,
})

async function* run({ id }: z.output<typeof input>, ctx: ToolContext): AsyncGenerator<ToolEvent, ToolOutput> {
  // Shown as the real Codex shows it.
  const items = callItems('wait', ctx.threadId)
  yield items.begin([id])
  try {
    const { status } = await agentsOf(ctx).reopen(id)
    yield items.end([{ threadId: id, status }])
    return answer({ status: wireStatus(status) }, status.state)
  } catch (error) {
    yield items.fail()
    return refusal(problemText(error))
  }
}
