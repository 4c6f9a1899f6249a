import { defineTool, type QuestionAnswer, type ToolOutput, z } from 'codex-kernel/plugin-api'

const optionSchema = z.strictObject({
  label: z.string().min(1).describe('The answer, in one to five words.'),
  description: z.string().optional().describe('What follows from choosing it, in one sentence.'),
})

const questionSchema = z.strictObject({
  id: z.string().min(1).describe('Name that the answer comes back under, such as target_branch.'),
  header: z.string().optional().describe('One or two words to show above the question.'),
  question: z.string().min(1).describe('One sentence.'),
  options: z
    .array(optionSchema)
    .min(2)
    .max(8)
    .optional()
    .describe('Answers that exclude each other, the one that you would take first. Leave out for a free text.'),
  multiple: z.boolean().default(false).describe('Whether several options may be chosen.'),
  allow_other: z.boolean().default(true).describe('Whether the person may answer in words of their own.'),
})

/** Asks the person who runs the program. */
export const tool = defineTool({
  name: 'request_user_input',
  description:
    'Asks the person one to three short questions and waits for the answers: {"answers": {ID: {"answers": [text, …]}}}. Use it only where you cannot go on well without knowing, not to confirm what you were asked to do. Where nobody is there you are told so at once: then decide by yourself.',
  input: z.strictObject({
    questions: z
      .array(questionSchema)
      .min(1)
      .max(3)
      .refine(
        (questions) => new Set(questions.map(({ id }) => id)).size === questions.length,
        'each question needs an id of its own',
      )
      .describe('Asked in this order.'),
  }),
  outputSchema: z.strictObject({
    answers: z
      .record(z.string(), z.strictObject({ answers: z.array(z.string()) }))
      .describe('By the id of the question; empty for one that was passed over.'),
  }),
  effects: [],
  parallel: false,
  async run({ questions }, ctx): Promise<ToolOutput> {
    const answer = await ctx.ask({
      asker: 'The agent',
      questions: questions.map(({ multiple, allow_other, options, header, ...question }) => ({
        ...question,
        ...(header !== undefined && { header }),
        ...(options && {
          options: options.map(({ label, description }) => ({
            label,
            ...(description !== undefined && { description }),
          })),
        }),
        isMultiple: multiple,
        allowsOther: allow_other,
      })),
    })
    return outputOf(answer)
  },
})

function outputOf(answer: QuestionAnswer): ToolOutput {
  switch (answer.type) {
    case 'answered': {
      const answers = Object.fromEntries(Object.entries(answer.answers).map(([id, given]) => [id, { answers: given }]))
      const passed = Object.entries(answer.answers).flatMap(([id, given]) => (given.length === 0 ? id : []))
      const note = passed.length > 0 ? `\n[Passed over: ${passed.join(', ')}. Decide these by yourself.]` : ''
      return {
        text: `${JSON.stringify({ answers })}${note}`,
        summary: `${Object.keys(answers).length - passed.length} answered`,
        structured: { answers },
      }
    }
    case 'declined':
      return {
        text: 'The person does not want to answer. Go on with what you think best, or end with what you would need to know.',
        summary: 'not answered',
        failed: true,
      }
    case 'nobody':
      return {
        text: 'Nobody is there to answer. Decide by yourself, choose what is easiest to undo, and say in your last message what you assumed.',
        summary: 'nobody is there',
        failed: true,
      }
  }
}
