import { z } from 'codex-kernel/plugin-api'

/** What an agent is told: a text, or parts of one. */
export const saidFields = {
  message: z.string().optional().describe('What it is told. Either this or items.'),
  items: z
    .array(
      z.strictObject({
        type: z.string().describe('text, skill or mention.'),
        text: z.string().optional(),
        name: z.string().optional(),
        path: z.string().optional(),
      }),
    )
    .optional()
    .describe('The same in parts.'),
} as const

interface Said {
  readonly message?: string | undefined
  readonly items?:
    | readonly {
        readonly text?: string | undefined
        readonly name?: string | undefined
        readonly path?: string | undefined
      }[]
    | undefined
}

/** The text of it; undefined where both or none are given. */
export function saidText({ message, items }: Said): string | undefined {
  if ((message === undefined) === (items === undefined)) return undefined
  const text = message ?? items?.map(({ text: part, path, name }) => part ?? path ?? name ?? '').join('\n') ?? ''
  return text.trim() === '' ? undefined : text
}

/** Told where `saidText` has nothing. */
export const nothingSaid = 'Say something: either message or items, and not both.'
