import { defineLazyTool } from 'codex-kernel/plugin-api'

/** Shows the steps of a longer task, and which are done, as one `todo_list` for the whole turn. */
export const tool = defineLazyTool({
  name: 'update_plan',
  description:
    'Shows the user the plan of a task of several steps and how far it is. Give the whole plan each time; at most one step is in_progress.',
  makeInput: (z) =>
    z.strictObject({
      explanation: z.string().optional().describe('Why the plan changes.'),
      plan: z.array(
        z.strictObject({
          step: z.string().describe('What is done in it, in a few words.'),
          status: z.enum(['pending', 'in_progress', 'completed']),
        }),
      ),
    }),
  effects: [],
  parallel: false,
  item: 'own',
  async run({ plan }, ctx) {
    ctx.emit({
      type: 'item',
      key: 'turn:plan',
      done: false,
      item: {
        type: 'todo_list',
        items: plan.map(({ step, status }) => ({ text: step, completed: status === 'completed' })),
      },
    })
    return { text: 'Plan updated' }
  },
})
