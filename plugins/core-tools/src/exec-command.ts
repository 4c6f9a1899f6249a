import { resolve } from 'node:path'
import { CodexError, defineTool, z } from 'codex-kernel/plugin-api'
import { answerAfter } from './command-answer.ts'
import { patchInScript } from './patch/patch-in-script.ts'
import { runPatch } from './patch/run-patch.ts'

const defaultYieldMs = 10_000

/** Runs a script in the user's shell; shown as a `command_execution`. What does not end in time goes on as a session. */
export const tool = defineTool({
  name: 'exec_command',
  description:
    'Runs a shell command and gives its output (stdout and stderr together) and exit code, or a session ID for write_stdin where it still runs. It runs in a sandbox; what the permissions do not allow is refused with the reason. Use read_file, search and apply_patch for files.',
  input: z.strictObject({
    cmd: z.string().min(1).describe('The command, as typed at a prompt.'),
    workdir: z.string().optional().describe('Directory to run in. Default: the working directory.'),
    shell: z.string().optional().describe("Shell to use. Default: the user's."),
    login: z.boolean().default(true).describe('Read the login files of the shell first.'),
    tty: z
      .boolean()
      .default(false)
      .describe('Run on a terminal, so that write_stdin can type to it. Default: nothing to read.'),
    yield_time_ms: z
      .int()
      .positive()
      .default(defaultYieldMs)
      .describe('Milliseconds to wait for it to end before it goes on as a session. Default: 10000.'),
    max_output_tokens: z
      .int()
      .positive()
      .optional()
      .describe('Tokens of output to show at most; longer output is cut in the middle, and a file has all of it.'),
    sandbox_permissions: z
      .enum(['use_default', 'require_escalated', 'with_additional_permissions'])
      .default('use_default')
      .describe('use_default, since no command leaves its sandbox here.'),
    justification: z.string().optional().describe('Why more permissions would be needed.'),
    prefix_rule: z.array(z.string()).optional().describe('Not used here.'),
  }),
  effects: ['exec'],
  parallel: false,
  item: 'own',
  localShell: true,
  async run({ cmd, workdir, shell, login, tty, yield_time_ms, max_output_tokens, sandbox_permissions }, ctx) {
    if (sandbox_permissions !== 'use_default') throw noEscalation(sandbox_permissions)
    // Models that know apply_patch as a program call it so; there is none, and the tool shows what it changes.
    const found = await patchInScript(cmd)
    if (found) return await runPatch(found.patch, ctx, resolve(ctx.cwd, workdir ?? '.', found.workdir ?? '.'))
    const session = await ctx.commands.start({
      script: cmd,
      login,
      tty,
      ...(workdir && { cwd: workdir }),
      ...(shell && { shell }),
    })
    return answerAfter(session, yield_time_ms, max_output_tokens)
  },
})

function noEscalation(asked: string): CodexError {
  return new CodexError(
    'permission.denied',
    `sandbox_permissions = "${asked}" is not possible: no command gets more than the permissions allow`,
    {
      hint: 'Leave sandbox_permissions out. A person may choose another profile with --security-profile.',
    },
  )
}
