import { defineTool, type ToolContext, z } from 'codex-kernel/plugin-api'
import { teamOf, toldOf } from './team-of.ts'

const input = z.strictObject({
  key: z.string().describe('Letters, digits, ".", "_", "-" and "/", at most 128.'),
  value: z.string().nullable().describe('The value, such as text or JSON, at most 32 KiB. null takes the key away.'),
  version: z.int().min(0).describe('The version that you read; 0 for a key that is not set.'),
})

export const tool = defineTool({
  name: 'board_set',
  description:
    'Set a value on the board that the agents of this run share. Where somebody else has set it since you read it, nothing changes and you are told.',
  input,
  effects: [],
  parallel: false,
  run: ({ key, value, version }: z.output<typeof input>, ctx: ToolContext) =>
    toldOf(async () => {
      const entry = await teamOf(ctx).boardSet(key, value, version)
      return [
        { key, version: entry?.version ?? 0 },
        entry ? `${key}, version ${entry.version}` : `${key} is not set any more`,
      ]
    }),
})
