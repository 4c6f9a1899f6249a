import { defineTool, type ToolContext, type ToolEvent, type ToolOutput, z } from 'codex-kernel/plugin-api'
import { agentsOf, answer, problemText, refusal } from '../run-agents.ts'
import { spawnAgent } from '../spawn-agent.ts'
import { namespace } from './namespace.ts'
import { activity, contentOf, pathOf } from './target.ts'

const input = z.strictObject({
  task_name: z.string().describe('Its name below you: lower-case letters, digits and _.'),
  message: z.string().describe('Its task.'),
  agent_type: z.string().optional().describe('Id of the agent. Absent: as you are.'),
  fork_turns: z
    .string()
    .optional()
    .describe('all (default): it knows all that was said so far. none: nothing but the message.'),
  model: z.string().optional().describe('Another model. Leave it out unless the person asks for one.'),
  reasoning_effort: z.string().optional().describe('How long that model thinks.'),
})

export const tool = defineTool({
  name: 'agents_v2_spawn',
  wireName: 'spawn_agent',
  namespace,
  sealed: ['message'],
  description:
    'Begin an agent beside you for a task that stands by itself, and go on at once. Only where the person, or instructions that hold here, ask for agents or parallel work. It goes by its name, or by its path as in /root/name; its last message comes to you when it is done.',
  input,
  effects: ['delegate'],
  parallel: false,
  item: 'own',
  run,
})

async function* run(given: z.output<typeof input>, ctx: ToolContext): AsyncGenerator<ToolEvent, ToolOutput> {
  const { task_name: name, message, fork_turns: fork = 'all' } = given
  if (!/^[a-z0-9_]+$/.test(name)) {
    return refusal('agent_name must use only lowercase letters, digits, and underscores')
  }
  if (fork !== 'all' && fork !== 'none') return refusal('fork_turns is either all or none')
  const agents = agentsOf(ctx)
  try {
    const node = await spawnAgent(agents, {
      ...{ name, message: contentOf(message, ctx), fork, tells: 'message' },
      ...(given.agent_type !== undefined && { agent: given.agent_type }),
      ...(given.model !== undefined && { model: given.model }),
      ...(given.reasoning_effort !== undefined && { effort: given.reasoning_effort }),
    })
    yield activity('started', node)
    return answer({ task_name: node.path }, node.path)
  } catch (error) {
    return refusal(problemText(error, { 'agents.name': `agent path \`${pathOf(agents, name)}\` already exists` }))
  }
}
