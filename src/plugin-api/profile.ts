import { z } from 'zod'
import { limitsSchema } from './permissions.ts'

const globs = z.array(z.string())

/**
 * A profile file. Globs may start with `:workspace`, `:tmp`, `:caches`, `:codex_home` or `~`; others are absolute, or
 * relative to the workspace root. What is not named is denied. With `extends`, the result is the intersection with the
 * profile named there: a profile can narrow another and never widen it.
 */
export const profileSchema = z.strictObject({
  id: z
    .string()
    .regex(/^[a-z][a-z0-9-]*$/)
    .describe('Chosen with --profile.'),
  description: z.string().default(''),
  extends: z
    .string()
    .optional()
    .describe('Profile that this one narrows; tables left out here are taken from it. Absent: nothing is inherited.'),
  read: z.strictObject({ allow: globs, ask: globs.default([]), deny: globs.default([]) }).optional(),
  write: z.strictObject({ allow: globs, ask: globs.default([]), deny: globs.default([]) }).optional(),
  exec: z
    .strictObject({ allow: globs, ask: globs.default([]), deny: globs.default([]) })
    .optional()
    .describe('Command prefixes; `*` is every command.'),
  network: z
    .strictObject({
      allow: globs.describe('`host`, `*.host`, `host:port` or `*`.'),
      ask: globs.default([]),
      deny: globs.default([]),
      methods: z
        .enum(['all', 'read-only'])
        .default('all')
        .describe('read-only: GET and HEAD, where the method can be seen.'),
    })
    .optional(),
  tools: z
    .strictObject({ allow: globs, ask: globs.default([]), deny: globs.default([]) })
    .optional()
    .describe('Absent: every tool.'),
  delegate: z
    .strictObject({ allow: globs, ask: globs.default([]), deny: globs.default([]) })
    .optional()
    .describe('Absent: every agent.'),
  limits: limitsSchema.default({}),
  temp: z
    .enum(['private', 'host'])
    .default('private')
    .describe('private: commands get an empty, discarded temp directory.'),
  protected: z
    .boolean()
    .default(true)
    .describe('false lifts the protected paths: only for a machine that is itself the boundary.'),
  sandbox: z.enum(['required', 'none']).default('required'),
  approval_policy: z.enum(['untrusted', 'on-request', 'never']).default('never'),
})
export type ProfileDefinition = z.infer<typeof profileSchema>
