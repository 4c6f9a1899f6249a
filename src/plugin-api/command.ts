import { z } from 'zod'
import { maxDescriptionLength, maxNameLength } from './definition-limits.ts'
import { nameRule } from './rule-text.ts'

/** What the front matter of a command can permit. */
export const commandPermissions = [
  'read_files',
  'write_files',
  'execute_shell',
  'execute_tools',
  'network_access',
] as const
/** How the text of an argument is read. */
export const argumentTypes = ['string', 'number', 'boolean', 'enum', 'path', 'list', 'location', 'text'] as const

/** One argument of a command. */
export const commandArgumentSchema = z
  .strictObject({
    name: z
      .string()
      .regex(/^[a-zA-Z][a-zA-Z0-9_-]*$/)
      .describe('What it is called in the template and on the command line.'),
    type: z.enum(argumentTypes).default('string').describe('How its text is read.'),
    required: z.boolean().default(false).describe('Whether a call without it is an error.'),
    description: z.string().optional().describe('Shown in the help.'),
    values: z.array(z.string()).min(1).optional().describe('For enum: what it may be.'),
    default: z.unknown().optional().describe('Value where none is given; has to fit the type.'),
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
    .max(maxNameLength)
    .regex(/^[a-z][a-z0-9_-]*$/)
    .optional()
    .describe('Absent: the file name without `.md`.'),
  description: z.string().max(maxDescriptionLength).default('').describe('One line for lists.'),
  category: z.string().optional().describe('Groups commands in lists.'),
  permissions: z
    .array(z.enum(commandPermissions))
    .optional()
    .describe('Absent: narrows nothing. Present: what is not named is denied.'),
  args: z.array(commandArgumentSchema).default([]).describe('Arguments, in the order in which words go to them.'),
  agent: z.string().optional().describe('Agent that takes the prompt. Absent: as for any prompt.'),
  model: z.string().optional().describe('Model to ask. Absent: that of the agent or the configuration.'),
  profile: z.string().optional().describe('Security profile to narrow to.'),
  turn: z
    .enum(['answer', 'compact'])
    .optional()
    .describe(
      'What the turn does: `answer` the text, or `compact`: summarise the older part of the thread, where the text says what matters. Absent: answer.',
    ),
  allowed_tools: z
    .array(z.string().superRefine(nameRule))
    .optional()
    .describe('Tool ids. Absent: all that the permissions allow.'),
})
export type CommandMetadata = z.infer<typeof commandMetadataSchema>

/** A Markdown command: its front matter, and the template below it. */
export interface CommandDefinition extends CommandMetadata {
  /** What it is called by, without the slash. */
  readonly name: string
  /** The text below the front matter. */
  readonly template: string
  /** Line of the file on which the template starts, from 1. */
  readonly templateLine: number
}
