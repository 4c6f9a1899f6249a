import { z } from 'zod'
import type { Immutable } from './immutable.ts'
import { confidences, severities } from './severity.ts'

const positionSchema = z.strictObject({
  line: z.int().positive().describe('From 1.'),
  column: z.int().positive().describe('From 1, in UTF-16 units.'),
})

/** Lines and columns count from 1; a column counts UTF-16 units; the end is exclusive. */
export const rangeSchema = z.strictObject({
  start: positionSchema.describe('First character.'),
  end: positionSchema.describe('Behind the last character.'),
})
export type Range = Immutable<z.infer<typeof rangeSchema>>

/** What kinds of flaws there are. */
export const categories = ['security', 'correctness', 'performance', 'tests', 'maintainability'] as const
/** One of them. */
export type Category = (typeof categories)[number]

/** One step of the way from a source to a sink. */
export const flowStepSchema = z.strictObject({
  file: z.string().describe('Path relative to the workspace root, with `/`.'),
  range: rangeSchema.describe('Where in the file.'),
  message: z.string().describe('What happens here.'),
})

/** One flaw that a tool found, and where. */
export const findingSchema = z.strictObject({
  rule: z.string().describe('Id of the rule that found it.'),
  severity: z.enum(severities).describe('How grave it is.'),
  confidence: z.enum(confidences).describe('How sure it is.'),
  category: z.enum(categories).optional().describe('What kind of flaw it is. Absent: security.'),
  message: z.string().describe('One line: what is wrong here.'),
  why: z.string().optional().describe('Why it matters, in a sentence or two.'),
  cwe: z.array(z.string()).default([]).describe('Such as `CWE-78`.'),
  owasp: z.array(z.string()).default([]).describe('Such as `A03:2021`.'),
  file: z.string().describe('Path relative to the workspace root, with `/`.'),
  range: rangeSchema.describe('Where in the file.'),
  commit: z.string().optional().describe('Id of the commit that the place is in. Absent: the files as they are now.'),
  snippet: z.string().optional().describe('The source at the range, at most a few lines.'),
  flow: z.array(flowStepSchema).default([]).describe('From the source to the sink; empty where it is one place.'),
  fix: z
    .strictObject({
      description: z.string().describe('What to do, for people.'),
      edits: z
        .array(
          z.strictObject({
            file: z.string().describe('Path relative to the workspace root, with `/`.'),
            range: rangeSchema.describe('What is replaced.'),
            text: z.string().describe('What stands there then.'),
          }),
        )
        .default([])
        .describe('Changes that do it; empty where a person has to.'),
      withheld: z
        .string()
        .optional()
        .describe('Why the change that the rule knows is not offered here, such as that it would not parse.'),
    })
    .optional()
    .describe('How it is mended. Absent: not known.'),
  references: z.array(z.string()).default([]).describe('Pages to read.'),
  fingerprint: z.string().describe('The same for the same flaw after lines around it have moved.'),
})
export type Finding = Immutable<z.infer<typeof findingSchema>>
