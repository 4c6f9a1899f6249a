import { Args } from '../plugin-api/base-command.ts'

/** Which thread a command is about. */
export const threadArgument = Args.string({
  required: true,
  description: 'Its id, the beginning of its id, its name, or last.',
  ignoreStdin: true,
})
