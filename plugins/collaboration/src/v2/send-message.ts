import { defineTool } from 'codex-kernel/plugin-api'
import { tellAgent } from './tell-agent.ts'

export const tool = defineTool({
  ...tellAgent(false),
  name: 'agents_v2_send',
  wireName: 'send_message',
  description: 'Tell an agent something. It reads it with its next request, or in its next turn; nothing begins by it.',
})
