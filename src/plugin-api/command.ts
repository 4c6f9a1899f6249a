import { z } from 'zod'

export const commandPermissions = [
  'read_files',
  'write_files',
  'execute_shell',
  'execute_tools',
  'network_access',
] as const
export const argumentTypes = ['string', 'number', 'boolean', 'enum', 'path', 'list', 'location'] as const

export const commandArgumentSchema = z
  .strictObject({
    name: z.string().regex(/^[a-zA-Z][a-zA-Z0-9_-]*$/),
    type: z.enum(argumentTypes).default('string'),
    required: z.boolean().default(false),
    description: z.string().optional(),
    values: z.array(z.string()).min(1).optional().describe('For enum: what it may be.'),
    default: z.unknown().optional(),
  })
  .refine((argument) => (argument.type === 'enum') === (argument.values !== undefined), {
    message: '"values" goes with type enum, and enum needs it',
    path: ['values'],
  })
export type CommandArgument = z.infer<typeof commandArgumentSchema>

/** The front matter of a command file; a handler command has the same. */
export const commandMetadataSchema = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z][a-z0-9_-]*$/)
    .optional()
    .describe('Absent: the file name without `.md`.'),
  description: z.string().default(''),
  category: z.string().optional(),
  permissions: z
    .array(z.enum(commandPermissions))
    .optional()
    .describe('Absent: narrows nothing. Present: what is not named is denied.'),
  args: z.array(commandArgumentSchema).default([]),
  agent: z.string().optional().describe('Agent that takes the prompt. Absent: as for any prompt.'),
  model: z.string().optional(),
  profile: z.string().optional().describe('Security profile to narrow to.'),
  allowed_tools: z.array(z.string()).optional().describe('Tool ids. Absent: all that the permissions allow.'),
})
export type CommandMetadata = z.infer<typeof commandMetadataSchema>

/** A Markdown command: its front matter, and the template below it. */
export interface CommandDefinition extends CommandMetadata {
  readonly name: string
  readonly template: string
  /** Line of the file on which the template starts, from 1. */
  readonly templateLine: number
}
