import { z } from 'zod'

/** The front matter of a `SKILL.md`. Further fields, such as `license`, are let pass: the files are shared with other programs. */
export const skillMetadataSchema = z
  .looseObject({
    name: z
      .string()
      .max(64)
      .regex(/^[a-z0-9][a-z0-9_-]*$/, 'lower-case letters, digits, - and _')
      .describe('What a prompt calls it by, as $name. The folder is called the same.'),
    description: z
      .string()
      .trim()
      .min(1)
      .max(1024)
      .describe('What the skill does, and when it is to be used: the model chooses by it.'),
  })
  .describe('A skill: instructions for one kind of task, in a folder that may hold more files.')

/** A skill file. */
export interface SkillDefinition {
  /** As the file says it. */
  readonly name: string
  /** What it is for. */
  readonly description: string
  /** The whole file, front matter included, with LF as line ends. */
  readonly text: string
}
