import { defineTool, type ToolContext, type ToolEvent, type ToolOutput, z } from 'codex-kernel/plugin-api'
import { agentsOf, answer, waitingTime } from '../run-agents.ts'
import { callItems } from '../v1/call-item.ts'
import { namespace } from './namespace.ts'

const input = z.strictObject({
  timeout_ms: z.number().optional().describe('Milliseconds, 10000 to 3600000. Default 30000.'),
})

export const tool = defineTool({
  name: 'agents_v2_wait',
  wireName: 'wait_agent',
  namespace,
  description:
    'Wait until an agent of yours is done, or something is said to you. What was said comes by itself, and not as the result of this call.',
  input,
  effects: ['delegate'],
  parallel: true,
  item: 'own',
  run,
})

async function* run(
  { timeout_ms: timeoutMs }: z.output<typeof input>,
  ctx: ToolContext,
): AsyncGenerator<ToolEvent, ToolOutput> {
  const agents = agentsOf(ctx)
  const items = callItems('wait', ctx.threadId)
  yield items.begin([])
  const { timedOut } = await agents.wait(undefined, waitingTime(timeoutMs))
  yield items.end([])
  return answer({ message: timedOut ? 'Wait timed out.' : 'Wait completed.', timed_out: timedOut })
}
