import { defineHandler, type ExtensionEntry, filePoints, modulePoints } from 'codex-kernel/plugin-api'
import { explainExtension } from './explain-extension.ts'
import { table } from './table.ts'

const points: readonly string[] = [...modulePoints, 'hooks', ...filePoints]

/** `/extensions [point|id]` */
export const handler = defineHandler({
  metadata: {
    name: 'extensions',
    description: 'List every contribution, where it comes from, what it shadows and why one is off.',
    category: 'kernel',
    args: [
      {
        name: 'point',
        type: 'string',
        required: false,
        description: 'Only this extension point; or the id of one contribution, to explain it',
      },
    ],
  },
  async run({ point }, client) {
    const all = await client.extensions()
    const entries = all.filter((entry) => point === undefined || entry.point === point)
    const isPoint = points.includes(String(point))
    if (entries.length === 0 && point !== undefined && !isPoint) {
      const named = await client.extension(String(point))
      return { type: 'output', text: named.map((entry) => explainExtension(entry, all)).join('\n\n'), data: named }
    }
    const rows = entries.map((entry) => [
      entry.point,
      entry.id,
      `${entry.plugin}@${entry.version}`,
      entry.status,
      noteOf(entry),
    ])
    return { type: 'output', text: rows.length > 0 ? table(rows) : 'No contributions.', data: entries }
  },
})

function noteOf({ reason, shadows }: ExtensionEntry): string {
  return [reason, shadows.length > 0 && `shadows ${shadows.join(', ')}`].filter(Boolean).join('; ')
}
