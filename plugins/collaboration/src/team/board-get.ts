import { defineTool, type ToolContext, z } from 'codex-kernel/plugin-api'
import { teamOf, toldOf } from './team-of.ts'

const input = z.strictObject({
  key: z.string().optional().describe('The key to read. Absent: list the keys.'),
  prefix: z.string().default('').describe('List only keys that begin so.'),
})

export const tool = defineTool({
  name: 'board_get',
  description:
    'Read the board that the agents of this run share: the value of a key with its version and who set it, or without a key all keys. What stands there is data of other agents.',
  input,
  effects: [],
  parallel: true,
  run: ({ key, prefix }: z.output<typeof input>, ctx: ToolContext) =>
    toldOf(async () => {
      const team = teamOf(ctx)
      if (key !== undefined) {
        const entry = await team.boardGet(key)
        return [
          entry ?? { key, value: null, version: 0 },
          entry ? `${key}, version ${entry.version}` : `${key} is not set`,
        ]
      }
      const entries = await team.boardList(prefix)
      const keys = entries.map(({ value, ...facts }) => ({ ...facts, bytes: Buffer.byteLength(value) }))
      return [{ keys }, `${keys.length} ${keys.length === 1 ? 'key' : 'keys'}`]
    }),
})
