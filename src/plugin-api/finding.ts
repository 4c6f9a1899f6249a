import { z } from 'zod'
import { confidences, severities } from './severity.ts'

/** Lines and columns count from 1; a column counts UTF-16 units; the end is exclusive. */
export const rangeSchema = z.strictObject({
  start: z.strictObject({ line: z.int().positive(), column: z.int().positive() }),
  end: z.strictObject({ line: z.int().positive(), column: z.int().positive() }),
})
export type Range = z.infer<typeof rangeSchema>

/** What kinds of flaws there are. */
export const categories = ['security', 'correctness', 'performance', 'tests', 'maintainability'] as const
/** One of them. */
export type Category = (typeof categories)[number]

/** One step of the way from a source to a sink. */
export const flowStepSchema = z.strictObject({ file: z.string(), range: rangeSchema, message: z.string() })

/** One flaw that a tool found, and where. */
export const findingSchema = z.strictObject({
  rule: z.string().describe('Id of the rule that found it.'),
  severity: z.enum(severities),
  confidence: z.enum(confidences),
  category: z.enum(categories).optional().describe('What kind of flaw it is. Absent: security.'),
  message: z.string().describe('One line: what is wrong here.'),
  why: z.string().optional().describe('Why it matters, in a sentence or two.'),
  cwe: z.array(z.string()).default([]).describe('Such as `CWE-78`.'),
  owasp: z.array(z.string()).default([]).describe('Such as `A03:2021`.'),
  file: z.string().describe('Path relative to the workspace root, with `/`.'),
  range: rangeSchema,
  commit: z.string().optional().describe('Id of the commit that the place is in. Absent: the files as they are now.'),
  snippet: z.string().optional().describe('The source at the range, at most a few lines.'),
  flow: z.array(flowStepSchema).default([]).describe('From the source to the sink; empty where it is one place.'),
  fix: z
    .strictObject({
      description: z.string(),
      edits: z.array(z.strictObject({ file: z.string(), range: rangeSchema, text: z.string() })).default([]),
    })
    .optional(),
  references: z.array(z.string()).default([]),
  fingerprint: z.string().describe('The same for the same flaw after lines around it have moved.'),
})
export type Finding = z.infer<typeof findingSchema>
