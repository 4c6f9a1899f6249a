import { defineTool, type ToolContext, z } from 'codex-kernel/plugin-api'
import { teamOf, toldOf } from './team-of.ts'

const input = z.strictObject({
  question_id: z.string().min(1).describe('The id that came with the question.'),
  answer: z.string().describe('The answer. Say that you do not know where you do not.'),
})

export const tool = defineTool({
  name: 'answer_question',
  description: 'Answer a question that another agent of this run asked you. It waits for it.',
  input,
  effects: [],
  parallel: false,
  item: 'own',
  run: ({ question_id: id, answer }: z.output<typeof input>, ctx: ToolContext) =>
    toldOf(async () => {
      const { recipients } = await teamOf(ctx).answer(id, answer)
      return [{ answered: id }, recipients.join(', ')]
    }),
})
