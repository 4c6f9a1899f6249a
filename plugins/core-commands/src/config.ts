import { defineHandler } from 'codex-kernel/plugin-api'
import { table } from './table.ts'

/** `/config [key]` */
export const handler = defineHandler({
  metadata: {
    name: 'config',
    description: 'Show the configuration in force, and which layer says each value.',
    category: 'kernel',
    args: [{ name: 'key', type: 'string', required: false, description: 'Only keys that start so' }],
  },
  async run({ key }, client) {
    const entries = (await client.config()).filter(
      (entry) => key === undefined || entry.key === key || entry.key.startsWith(`${String(key)}.`),
    )
    const rows = entries.map((entry) => [entry.key, JSON.stringify(entry.value), entry.file ?? entry.layer])
    const none = key === undefined ? 'No values.' : `No value is set for ${String(key)}.`
    return { type: 'output', text: rows.length > 0 ? table(rows) : none, data: entries }
  },
})
