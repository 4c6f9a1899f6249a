import { resolve } from 'node:path'
import { CodexError, defineLazyTool, type Opening, type Zod, type z } from 'codex-kernel/plugin-api'
import { answerAfter } from './command-answer.ts'
import { patchInScript } from './patch/patch-in-script.ts'

const defaultYieldMs = 10_000
const additionalPermissions = (z: Zod) => {
  const paths = z.array(z.string().min(1)).max(20).default([])
  return z.strictObject({
    file_system: z
      .strictObject({
        read: paths.describe('To read.'),
        write: paths.describe('To write and read; they need not exist.'),
      })
      .optional()
      .describe('Files or directories with all below them, relative to workdir.'),
    network: z.strictObject({ enabled: z.boolean().optional() }).optional().describe('Refused.'),
  })
}

/** Runs a script in the user's shell; shown as a `command_execution`. What does not end in time goes on as a session. */
export const tool = defineLazyTool({
  name: 'exec_command',
  description:
    'Runs a shell command and gives its output (stdout and stderr together) and exit code, or a session ID for write_stdin where it still runs. It runs in a sandbox; what the permissions do not allow is refused with the reason. Use read_file, search and apply_patch for files.',
  makeInput: (z) =>
    z.strictObject({
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
        .describe(
          'with_additional_permissions asks the person for additional_permissions, for this command. require_escalated is refused.',
        ),
      additional_permissions: additionalPermissions(z).optional().describe('The least that the command needs besides.'),
      justification: z.string().optional().describe('Why it needs more, in one sentence that the person reads.'),
      prefix_rule: z.array(z.string()).optional().describe('Not used here.'),
    }),
  effects: ['exec'],
  parallel: false,
  item: 'own',
  localShell: true,
  async run(input, ctx) {
    const { cmd, workdir, shell, login, tty, yield_time_ms, max_output_tokens, justification } = input
    const opens = openingsOf(input)
    // Models that know apply_patch as a program call it so; there is none, and the tool shows what it changes.
    const found = await patchInScript(cmd)
    if (found) {
      const { runPatch } = await import('./patch/run-patch.ts')
      return await runPatch(found.patch, ctx, resolve(ctx.cwd, workdir ?? '.', found.workdir ?? '.'))
    }
    const session = await ctx.commands.start({
      script: cmd,
      login,
      tty,
      ...(workdir && { cwd: workdir }),
      ...(shell && { shell }),
      ...(opens.length > 0 && { opens, ...(justification && { purpose: justification }) }),
    })
    return answerAfter(session, yield_time_ms, max_output_tokens)
  },
})

/** What the command asks for. @throws CodexError `permission.denied` for what no person can grant, `tool.input` */
function openingsOf({ sandbox_permissions, additional_permissions: wanted }: Asked): readonly Opening[] {
  if (sandbox_permissions === 'require_escalated') throw noEscalation()
  if (wanted?.network?.enabled) throw noNetwork()
  const { read = [], write = [] } = wanted?.file_system ?? {}
  const opens = [
    ...read.map((path): Opening => ({ access: 'read', path })),
    ...write.map((path): Opening => ({ access: 'write', path })),
  ]
  if (opens.length > 0 === (sandbox_permissions === 'with_additional_permissions')) return opens
  throw new CodexError(
    'tool.input',
    'sandbox_permissions = "with_additional_permissions" and additional_permissions.file_system go together',
    { hint: 'Name at least one path to read or write, or leave both out.' },
  )
}

interface Asked {
  readonly sandbox_permissions: 'use_default' | 'require_escalated' | 'with_additional_permissions'
  readonly additional_permissions?: z.infer<ReturnType<typeof additionalPermissions>> | undefined
}

function noEscalation(): CodexError {
  return new CodexError(
    'permission.denied',
    'sandbox_permissions = "require_escalated" is not possible: no command leaves its sandbox',
    {
      hint: 'Ask for the paths that it needs: sandbox_permissions = "with_additional_permissions" and additional_permissions.file_system. A person may choose another profile with --security-profile.',
    },
  )
}

function noNetwork(): CodexError {
  return new CodexError('permission.denied', 'The network cannot be asked for by a command', {
    hint: 'Commands reach it where the profile allows all of it; web_fetch asks for one host.',
  })
}
