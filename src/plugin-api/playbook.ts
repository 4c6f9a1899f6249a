import { z } from 'zod'

/** One step of a playbook: a tool call, or one for each item of a list. Strings in `arguments` are templates; one that is a single `{{expression}}` keeps its value's type. */
export const playbookStepSchema = z.strictObject({
  id: z
    .string()
    .regex(/^[a-z][a-z0-9_]*$/)
    .describe('Results are `steps.ID` in later steps and in the report.'),
  title: z.string().min(1).optional().describe('What it looks at, in the list of checks. Absent: the id.'),
  tool: z.string().default('').describe('Id of the tool to call. Absent: `capability` says it.'),
  capability: z
    .string()
    .regex(/^[a-z][a-z0-9_]*$/)
    .optional()
    .describe(
      'What the tool to call is for, in place of `tool`: the MCP tool that the configuration names for it, where it is there and may be used, else the built-in one.',
    ),
  arguments: z.record(z.string(), z.unknown()).default({}).describe('Input of the tool; its strings are templates.'),
  when: z
    .string()
    .optional()
    .describe('Expression; the step, or the item, is left out where it is false. Absent: always.'),
  for_each: z
    .string()
    .optional()
    .describe('Expression that gives a list: one call for each `item`, with its `index`. Absent: one call.'),
  max_items: z
    .int()
    .positive()
    .max(1000)
    .default(100)
    .describe('Calls that `for_each` makes at most; the report says how many items were left out.'),
  continue_on_error: z.boolean().default(false).describe('Go on where a call fails. Absent: the turn fails.'),
})

/** A part of the report. */
export const playbookSectionSchema = z.strictObject({
  title: z.string().min(1).describe('Template of its heading.'),
  when: z.string().optional().describe('Expression; the section is left out where it is false. Absent: always.'),
  body: z.string().describe('Template of its text. One that comes out empty takes the heading with it.'),
})

/** What an agent does without a language model. */
export const playbookSchema = z.strictObject({
  steps: z
    .array(playbookStepSchema)
    .min(1)
    .superRefine((steps, context) => {
      const ids = steps.map(({ id }) => id)
      for (const [index, id] of ids.entries()) {
        if (ids.indexOf(id) === index) continue
        const message = `Another step is called "${id}", so that steps.${id} would be either`
        context.addIssue({ code: 'custom', message, path: [index, 'id'] })
      }
      for (const [index, { tool, capability }] of steps.entries()) {
        if ((tool === '') !== (capability === undefined)) continue
        const message = 'A step names either a tool or a capability'
        context.addIssue({ code: 'custom', message, path: [index, 'tool'] })
      }
    })
    .describe('Tool calls, carried out in this order.'),
  report: z
    .string()
    .default('')
    .describe(
      'Template of the final message, or of what comes before its sections; values: prompt, paths, steps, findings, groups, counts, checks. Absent: nothing.',
    ),
  sections: z
    .array(playbookSectionSchema)
    .default([])
    .describe('Parts of the report, in this order; the list of checks follows them. Absent: the report alone.'),
})
export type Playbook = z.infer<typeof playbookSchema>
