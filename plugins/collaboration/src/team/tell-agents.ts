import { defineTool, type ToolContext, z } from 'codex-kernel/plugin-api'
import { teamOf, toldOf } from './team-of.ts'

const input = z.strictObject({
  to: z.string().min(1).describe('Path or name of an agent, or "all" for all others that work now.'),
  kind: z.enum(['suggestion', 'result']).describe('suggestion: what it could do; result: what you found out or made.'),
  text: z.string().describe('What it is told. It knows nothing of what you did: say all that it needs.'),
})

export const tool = defineTool({
  name: 'tell_agents',
  description:
    'Tell one agent of this run, or all, a suggestion or a result. It is read before the next request of each; nobody answers, and nothing waits.',
  input,
  effects: [],
  parallel: false,
  item: 'own',
  run: ({ to, kind, text }: z.output<typeof input>, ctx: ToolContext) =>
    toldOf(async () => {
      const { id, recipients, hint } = await teamOf(ctx).tell(to, kind, text)
      return [{ id, recipients, ...(hint !== undefined && { hint }) }, recipients.join(', ')]
    }),
})
