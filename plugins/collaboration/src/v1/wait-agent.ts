import { defineTool, type ToolContext, type ToolEvent, type ToolOutput, z } from 'codex-kernel/plugin-api'
import { agentsOf, answer, problemText, refusal, waitingTime } from '../run-agents.ts'
import { isFinal, wireStatus } from '../wire-status.ts'
import { callItems } from './call-item.ts'
import { namespace } from './namespace.ts'

const input = z.strictObject({
  targets: z.array(z.string()).min(1).describe('Ids of agents; the first one that is done ends the waiting.'),
  timeout_ms: z.number().optional().describe('Milliseconds, 10000 to 3600000. Default 30000.'),
})

export const tool = defineTool({
  name: 'agents_v1_wait',
  wireName: 'wait_agent',
  namespace,
  description:
    'Wait until an agent is done, and get its last message. Only where you cannot go on without it; wait long rather than often.',
  input,
  effects: ['delegate'],
  parallel: true,
  item: 'own',
  run,
})

async function* run(
  { targets, timeout_ms: timeoutMs }: z.output<typeof input>,
  ctx: ToolContext,
): AsyncGenerator<ToolEvent, ToolOutput> {
  const items = callItems('wait', ctx.threadId)
  let isShown = false
  try {
    const agents = agentsOf(ctx)
    const known = new Set((await agents.list()).map(({ threadId }) => threadId))
    if (targets.every((target) => known.has(target))) {
      isShown = true
      yield items.begin(targets)
    }
    const { nodes, timedOut } = await agents.wait(targets, waitingTime(timeoutMs))
    const done = nodes.filter(({ status }) => isFinal(status))
    if (isShown)
      yield items.end(
        done,
        done.some(({ status }) => status.state === 'errored'),
      )
    const status = Object.fromEntries(done.map((node) => [node.threadId, wireStatus(node.status)]))
    return answer({ status, timed_out: timedOut }, timedOut ? 'none is done yet' : `${done.length} done`)
  } catch (error) {
    if (isShown) yield items.fail()
    ctx.signal.throwIfAborted()
    return refusal(problemText(error))
  }
}
