import { z } from 'zod'
import { type HookEvent, hookEvents } from './hook.ts'

const seconds = () => z.number().positive().max(3600)

/** A program that is run as a hook: the shape of Codex, and what this program reads besides. */
export const commandHookSchema = z
  .looseObject({
    type: z.literal('command').describe('The one kind that is run.'),
    command: z.string().trim().min(1).describe('Script for your shell. It reads JSON about the event from its input.'),
    timeout: seconds().optional().describe('Seconds until it counts as failed. Absent: 600.'),
    timeoutSec: seconds().optional().describe('The same by its other name.'),
    statusMessage: z.string().optional().describe('Accepted and not shown.'),
    async: z.boolean().optional().describe('Accepted; it is waited for all the same.'),
    additionalContextLimit: z.number().optional().describe('Accepted and not used.'),
    commandWindows: z.string().optional().describe('Accepted and not used.'),
    profile: z
      .string()
      .min(1)
      .optional()
      .describe(
        'Security profile that it runs under in place of that of the thread. A repository only narrows with it.',
      ),
    writable: z
      .array(z.string().min(1))
      .optional()
      .describe('Paths that it may write besides, as in a profile. Without effect in a repository.'),
    network: z
      .array(z.string().min(1))
      .optional()
      .describe('Hosts that it may reach besides, as in a profile. Without effect in a repository.'),
  })
  .describe('A program to run.')

/** One entry below an event. */
export const hookGroupSchema = z
  .looseObject({
    matcher: z
      .string()
      .optional()
      .describe('Tool names, divided by |, or a regular expression. Absent, empty or *: all.'),
    hooks: z.array(commandHookSchema).describe('What is run, in order.'),
  })
  .describe('Hooks that are run for the same tools.')

const groups = () => z.array(hookGroupSchema).optional()

const moments: Readonly<Record<HookEvent, string>> = {
  SessionStart: 'as a thread begins, or goes on in another run',
  UserPromptSubmit: 'before a prompt is taken',
  PreToolUse: 'before each call of a tool',
  PostToolUse: 'after each call of a tool',
  PermissionRequest: 'before anybody is asked whether an action may happen',
  Stop: 'when a turn is done',
}

/** The file `hooks.json`. `docs/reference/hooks.schema.json` is generated from it. */
export const hooksFileSchema = z.strictObject({
  description: z.string().optional().describe('For people.'),
  hooks: z
    .looseObject(Object.fromEntries(hookEvents.map((event) => [event, groups().describe(`Run ${moments[event]}.`)])))
    .describe('What is run, by event.'),
})
