import { defineHandler } from 'codex-kernel/plugin-api'
import { originText } from './origin-text.ts'
import { table } from './table.ts'

/** `/agents` */
export const handler = defineHandler({
  metadata: { name: 'agents', description: 'List the agents, and where each comes from.', category: 'kernel' },
  async run(_args, client) {
    const agents = await client.agents()
    const rows = agents.map(({ id, value, origin }) => [
      id,
      value.playbook ? 'playbook' : 'model',
      originText(origin),
      value.agent.description,
    ])
    const data = agents.map(({ id, value, origin, shadows }) => ({
      ...value.agent,
      id,
      activation: value.activation ?? null,
      playbook: value.playbook !== undefined,
      origin,
      shadows,
    }))
    return { type: 'output', text: rows.length > 0 ? table(rows) : 'No agents.', data }
  },
})
