import { defineLazyTool } from 'codex-kernel/plugin-api'

/** Finds tools that are not shown from the beginning; the program names what was found in the requests that follow. */
export const tool = defineLazyTool({
  name: 'tool_search',
  description:
    'Finds further tools by what they do. Those that are found can be called from the next step on, with the arguments that are then shown.',
  makeInput: (z) =>
    z.strictObject({
      query: z.string().min(1).describe('What the tool should do, in a few words, or its name.'),
      limit: z.int().positive().max(20).default(8),
    }),
  effects: [],
  parallel: true,
  async run({ query, limit }, ctx) {
    const { tools = [], waiting = [] } = (await ctx.findTools?.(query, { limit })) ?? {}
    if (tools.length === 0) {
      const names = waiting.length === 0 ? 'There are none.' : `There are: ${waiting.join(', ')}.`
      return { text: `No further tool fits "${query}". ${names}`, structured: { found: [] }, summary: 'none' }
    }
    const lines = tools.map(({ name, description }) => `${name}: ${description}`)
    return {
      text: `These can be called from now on:\n${lines.join('\n')}`,
      structured: { found: tools.map(({ name }) => name) },
      summary: tools.map(({ name }) => name).join(', '),
    }
  },
})
