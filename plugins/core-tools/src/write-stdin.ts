import { defineLazyTool } from 'codex-kernel/plugin-api'
import { answerAfter } from './command-answer.ts'

const defaultYieldMs = 250
/** A call that only looks need not come back at once. */
const defaultLookMs = 5_000

/** Types to a command that `exec_command` has started, or looks what it did since. */
export const tool = defineLazyTool({
  name: 'write_stdin',
  description:
    'Types text to a running command of exec_command (one with tty = true), or without chars waits for it; gives its output since the last call, and its exit code once it has ended.',
  makeInput: (z) =>
    z.strictObject({
      session_id: z.int().describe('The session ID that exec_command gave.'),
      chars: z
        .string()
        .default('')
        .describe(
          'Text to type, with \\n for Enter; \\u0003 is Ctrl-C and ends a command without a terminal. Default: nothing.',
        ),
      yield_time_ms: z
        .int()
        .positive()
        .optional()
        .describe('Milliseconds to wait for output. Default: 250, and 5000 without chars.'),
      max_output_tokens: z
        .int()
        .positive()
        .optional()
        .describe('Tokens of output to show at most; longer output is cut in the middle, and a file has all of it.'),
    }),
  effects: ['exec'],
  parallel: false,
  item: 'own',
  async run({ session_id, chars, yield_time_ms, max_output_tokens }, { commands }) {
    const session = commands.find(session_id)
    if (chars !== '') await session.type(chars)
    return answerAfter(session, yield_time_ms ?? (chars === '' ? defaultLookMs : defaultYieldMs), max_output_tokens)
  },
})
