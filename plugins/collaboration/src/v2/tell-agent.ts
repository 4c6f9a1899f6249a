import { type ToolContext, type ToolEvent, type ToolOutput, z } from 'codex-kernel/plugin-api'
import { agentsOf, problemText, refusal } from '../run-agents.ts'
import { namespace } from './namespace.ts'
import { activity, contentOf, notFound } from './target.ts'

const input = z.strictObject({
  target: z.string().describe('Name or path of the agent.'),
  message: z.string().describe('What it is told.'),
})

/** What the two tools that speak to an agent have in common. @param trigger whether a turn begins by it */
export function tellAgent(trigger: boolean) {
  return {
    namespace,
    input,
    sealed: ['message'],
    effects: ['delegate'],
    parallel: false,
    item: 'own',
    async *run({ target, message }: z.output<typeof input>, ctx: ToolContext): AsyncGenerator<ToolEvent, ToolOutput> {
      const agents = agentsOf(ctx)
      try {
        const node = await agents.send(target, contentOf(message, ctx), { trigger, interrupt: false })
        yield activity('interacted', node)
        return { text: '', summary: node.path }
      } catch (error) {
        return refusal(problemText(error, notFound(agents, target)))
      }
    },
  } as const
}
