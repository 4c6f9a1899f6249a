import { defineHandler } from 'codex-kernel/plugin-api'
import { originText } from './origin-text.ts'
import { table } from './table.ts'

/** `/commands [category]` */
export const handler = defineHandler({
  metadata: {
    name: 'commands',
    description: 'List the slash commands, and where each comes from.',
    category: 'kernel',
    args: [{ name: 'category', type: 'string', required: false, description: 'Only this category' }],
  },
  async run({ category }, client) {
    const all = await client.commands()
    const commands = all.filter((command) => category === undefined || command.value.category === category)
    const rows = commands.map(({ id, value, origin }) => [
      `/${id}`,
      value.category ?? '',
      originText(origin),
      value.description,
    ])
    const data = commands.map(({ id, value, origin, shadows }) => ({ ...value, name: id, origin, shadows }))
    return { type: 'output', text: rows.length > 0 ? table(rows) : 'No commands.', data }
  },
})
