import { defineTool } from 'codex-kernel/plugin-api'
import { tellAgent } from './tell-agent.ts'

export const tool = defineTool({
  ...tellAgent(true),
  name: 'agents_v2_followup',
  wireName: 'followup_task',
  description:
    'Give an agent that there is another task. It begins a turn where it has none, and else reads it with its next request.',
})
