import { z } from 'zod'
import { maxNameLength } from './definition-limits.ts'
import { limitsSchema, type PermissionDimension } from './permissions.ts'
import { commandRule, hostRule, nameRule, pathRule } from './rule-text.ts'

const patternsOf = (rule: z.ZodType<string, string>) => ({
  allow: z.array(rule).describe('What is allowed.'),
  ask: z.array(rule).default([]).describe('What may be asked for.'),
  deny: z.array(rule).default([]).describe('What is denied, whatever else is said.'),
})
const paths = patternsOf(z.string().superRefine(pathRule))
const names = patternsOf(z.string().superRefine(nameRule))

/**
 * A profile file. Globs may start with `:workspace`, `:tmp`, `:caches`, `:codex_home` or `~`; others are absolute, or
 * relative to the workspace root. What is not named is denied. With `extends`, the result is the intersection with the
 * profile named there: a profile can narrow another and never widen it.
 */
export const profileSchema = z.strictObject({
  id: z
    .string()
    .max(maxNameLength)
    .regex(/^[a-z][a-z0-9-]*$/)
    .describe('Chosen with --profile.'),
  description: z.string().default('').describe('One line for lists.'),
  extends: z
    .string()
    .optional()
    .describe('Profile that this one narrows; tables left out here are taken from it. Absent: nothing is inherited.'),
  read: z.strictObject(paths).optional().describe('Globs. Absent, without extends: nothing.'),
  write: z.strictObject(paths).optional().describe('Globs. Absent, without extends: nothing.'),
  exec: z
    .strictObject(patternsOf(z.string().superRefine(commandRule)))
    .optional()
    .describe('Command prefixes; `*` is every command. Absent, without extends: none.'),
  network: z
    .strictObject({
      ...patternsOf(z.string().superRefine(hostRule)),
      allow: z.array(z.string().superRefine(hostRule)).describe('`host`, `*.host`, `host:port` or `*`.'),
      methods: z
        .enum(['all', 'read-only'])
        .default('all')
        .describe('read-only: GET and HEAD; and tunnels (CONNECT), in which the method cannot be seen.'),
    })
    .optional()
    .describe('Hosts that tools and commands reach. Absent, without extends: none.'),
  tools: z.strictObject(names).optional().describe('Absent: every tool.'),
  delegate: z.strictObject(names).optional().describe('Absent: every agent.'),
  limits: limitsSchema.default({}).describe('Upper bounds. Absent: none.'),
  temp: z
    .enum(['private', 'host'])
    .default('private')
    .describe('private: commands get an empty, discarded temp directory.'),
  protected: z
    .boolean()
    .default(true)
    .describe('false lifts the protected paths: only for a machine that is itself the boundary.'),
  sandbox: z.enum(['required', 'none']).default('required').describe('none: commands run without one.'),
  approval_policy: z
    .enum(['untrusted', 'on-request', 'never'])
    .default('never')
    .describe('never: what would be asked for is denied; untrusted: also asks before commands that no rule knows.'),
})
/** A profile with the places of its tables, for decisions to cite. */
export interface ProfileDefinition extends z.infer<typeof profileSchema> {
  /** Line of each table that the file has, from 1. */
  readonly tableLines?: Readonly<Partial<Record<PermissionDimension, number>>>
}
