import { defineHandler } from 'codex-kernel/plugin-api'
import { table } from './table.ts'

/** `/extensions [point]` */
export const handler = defineHandler({
  metadata: {
    name: 'extensions',
    description: 'List every contribution, where it comes from, what it shadows and why one is off.',
    category: 'kernel',
    args: [{ name: 'point', type: 'string', required: false, description: 'Only this extension point' }],
  },
  async run({ point }, client) {
    const entries = (await client.extensions()).filter((entry) => point === undefined || entry.point === point)
    const rows = entries.map((entry) => [
      entry.point,
      entry.id,
      `${entry.plugin}@${entry.version}`,
      entry.status,
      [entry.reason, entry.shadows.length > 0 && `shadows ${entry.shadows.join(', ')}`].filter(Boolean).join('; '),
    ])
    return { type: 'output', text: rows.length > 0 ? table(rows) : 'No contributions.', data: entries }
  },
})
