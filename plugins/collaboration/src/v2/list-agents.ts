import { defineTool, type ToolContext, type ToolOutput, z } from 'codex-kernel/plugin-api'
import { agentsOf, answer, problemText, refusal } from '../run-agents.ts'
import { wireStatus } from '../wire-status.ts'
import { namespace } from './namespace.ts'
import { notFound } from './target.ts'

const input = z.strictObject({
  path_prefix: z.string().optional().describe('Only those at and below this path. Absent: all.'),
})

export const tool = defineTool({
  name: 'agents_v2_list',
  wireName: 'list_agents',
  namespace,
  description: 'The agents that there are, you among them, and what each is about.',
  input,
  effects: ['delegate'],
  parallel: true,
  item: 'own',
  run,
})

async function run({ path_prefix: prefix }: z.output<typeof input>, ctx: ToolContext): Promise<ToolOutput> {
  const agents = agentsOf(ctx)
  try {
    const nodes = (await agents.list(prefix)).filter(({ status }) => status.state !== 'shutdown')
    return answer(
      { agents: nodes.map(({ path, status }) => ({ agent_name: path, agent_status: wireStatus(status) })) },
      `${nodes.length} agents`,
    )
  } catch (error) {
    return refusal(problemText(error, prefix === undefined ? {} : notFound(agents, prefix)))
  }
}
