import { randomUUID } from 'node:crypto'
import { defineTool, type ToolContext, type ToolEvent, type ToolOutput, z } from 'codex-kernel/plugin-api'
import { agentsOf, answer, problemText, refusal } from '../run-agents.ts'
import { callItems } from './call-item.ts'
import { namespace } from './namespace.ts'
import { nothingSaid, saidFields, saidText } from './said.ts'

const input = z.strictObject({
  target: z.string().describe('Id of the agent.'),
  ...saidFields,
  interrupt: z.boolean().optional().describe('true: end its turn first. Default false: it reads it when it can.'),
})

export const tool = defineTool({
  name: 'agents_v1_send',
  wireName: 'send_input',
  namespace,
  description: 'Tell an agent something, or give it another task; it goes on with what it knows.',
  input,
  effects: ['delegate'],
  parallel: false,
  item: 'own',
  run,
})

async function* run(given: z.output<typeof input>, ctx: ToolContext): AsyncGenerator<ToolEvent, ToolOutput> {
  const { target, interrupt = false } = given
  const text = saidText(given)
  if (text === undefined) return refusal(nothingSaid)
  const items = callItems('send_input', ctx.threadId, text)
  let isShown = false
  try {
    const agents = agentsOf(ctx)
    const known = (await agents.list()).find(({ threadId }) => threadId === target)
    if (known) {
      isShown = true
      yield items.begin([target])
    }
    const node = await agents.send(target, { type: 'text', text }, { trigger: true, interrupt })
    if (isShown) yield items.end([known ?? node])
    return answer({ submission_id: randomUUID() }, node.nickname)
  } catch (error) {
    if (isShown) yield items.fail()
    return refusal(problemText(error))
  }
}
