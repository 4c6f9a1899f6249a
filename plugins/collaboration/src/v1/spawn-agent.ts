import { defineTool, type ToolContext, type ToolEvent, type ToolOutput, z } from 'codex-kernel/plugin-api'
import { agentsOf, answer, problemText, refusal } from '../run-agents.ts'
import { spawnAgent } from '../spawn-agent.ts'
import { callItems } from './call-item.ts'
import { namespace } from './namespace.ts'
import { nothingSaid, saidFields, saidText } from './said.ts'

const input = z.strictObject({
  ...saidFields,
  agent_type: z.string().optional().describe('Id of the agent. Absent: as you are.'),
  fork_context: z.boolean().optional().describe('true: it knows all that was said so far. Default false.'),
  model: z.string().optional().describe('Another model. Leave it out unless the person asks for one.'),
  reasoning_effort: z.string().optional().describe('How long that model thinks.'),
})

export const tool = defineTool({
  name: 'agents_v1_spawn',
  wireName: 'spawn_agent',
  namespace,
  description:
    'Begin an agent beside you for a task that stands by itself, and go on at once; its id comes back. Only where the person, or instructions that hold here, ask for agents or parallel work. Say all that it needs and what it may change: two agents do not write the same files.',
  input,
  effects: ['delegate'],
  parallel: false,
  item: 'own',
  run,
})

async function* run(given: z.output<typeof input>, ctx: ToolContext): AsyncGenerator<ToolEvent, ToolOutput> {
  const text = saidText(given)
  const items = callItems('spawn_agent', ctx.threadId, text)
  yield items.begin([])
  try {
    if (text === undefined) throw new Error(nothingSaid)
    const node = await spawnAgent(agentsOf(ctx), {
      message: { type: 'text', text },
      fork: given.fork_context ? 'all' : 'none',
      tells: 'notice',
      ...(given.agent_type !== undefined && { agent: given.agent_type }),
      ...(given.model !== undefined && { model: given.model }),
      ...(given.reasoning_effort !== undefined && { effort: given.reasoning_effort }),
    })
    yield items.end([{ threadId: node.threadId, status: { state: 'pending_init' } }])
    return answer({ agent_id: node.threadId, nickname: node.nickname }, node.nickname)
  } catch (error) {
    yield items.fail()
    if (text === undefined) return refusal(nothingSaid)
    return refusal(problemText(error, { 'agents.limit': 'collab spawn failed: agent thread limit reached' }))
  }
}
