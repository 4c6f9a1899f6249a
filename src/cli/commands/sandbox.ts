import { resolve } from 'node:path'
import type { Decision } from '../../plugin-api/action.ts'
import { BaseCommand, Flags } from '../../plugin-api/base-command.ts'
import { CodexError } from '../../plugin-api/errors.ts'
import type { ConfinedRequest, KernelClient } from '../../plugin-api/kernel-client.ts'
import { terminalText } from '../../plugin-api/terminal-text.ts'
import { explainAction } from '../../runtime/explain-action.ts'
import { actionArgument } from '../action-argument.ts'
import { actionExplanationText } from '../action-explanation-text.ts'
import { configInputs } from '../config-inputs.ts'
import { denialData } from '../denial-data.ts'
import { parseHost } from '../parse-host.ts'
import { permissionProfile } from '../permission-profile.ts'
import { quoteWords } from '../quote-words.ts'
import { isStdinPiped, readStdin } from '../read-prompt.ts'

export default class Sandbox extends BaseCommand {
  static override summary = 'Run one command as an agent would: gate, exec policy, sandbox, audit. Exit 5: denied.'
  static override usage = 'sandbox [-P PROFILE] [--allow-host HOST:PORT]... [--rules FILE]... [--explain] -- COMMAND...'
  static override examples = [
    '<%= config.bin %> sandbox --profile workspace-write -- make test',
    '<%= config.bin %> sandbox --rules my.rules --explain -- git push',
  ]
  static override strict = false
  static override flags = {
    'permission-profile': Flags.string({
      char: 'P',
      description: 'Security profile; :read-only, :workspace and :danger-full-access are other names of three of them.',
      exclusive: ['profile', 'security-profile'],
    }),
    rules: Flags.string({
      multiple: true,
      multipleNonGreedy: true,
      description:
        'Rules file (.rules, or a policy in TOML) that alone says what may run: what it does not allow is denied.',
    }),
    explain: Flags.boolean({
      description: 'Say what each layer answers and how the command would be held; run nothing.',
    }),
    'allow-host': Flags.string({
      description: 'HOST:PORT that the command may reach besides, this once. May be repeated.',
      multiple: true,
      multipleNonGreedy: true,
      default: [],
    }),
  }

  async run(): Promise<void> {
    const { argv, flags } = await this.parse(Sandbox)
    if (argv.length === 0) {
      throw new CodexError('usage.arguments', 'There is no command to run', {
        hint: 'Write it behind --, as in codex sandbox -- make test',
      })
    }
    const allowHosts = flags['allow-host'].map(parseHost)
    const named = flags['permission-profile']
    const settings = named === undefined ? flags : { ...flags, 'security-profile': permissionProfile(named) }
    const rules = flags.rules && { rules: flags.rules.map((file) => resolve(file)) }
    if (flags.explain) {
      const { runtime } = configInputs(this.config, settings)
      const action = actionArgument(['exec', quoteWords(argv.map(String))], runtime.cwd)
      const explained = await explainAction({ action, ...rules, allowHosts }, runtime, this.signal)
      return this.print({ text: actionExplanationText(explained), data: explained }, flags)
    }
    const stdin = isStdinPiped() ? new TextDecoder().decode(await readStdin(this.signal)) : undefined
    const request = {
      script: quoteWords(argv.map(String)),
      ...(stdin !== undefined && { stdin }),
      ...rules,
      allowHosts,
      denied: ({ reason, hint }: Decision) =>
        this.logToStderr(terminalText(`denied: ${reason}${hint ? `. ${hint}` : ''}`)),
    }
    await this.runConfined(request, await this.kernel(settings), flags.json)
  }

  private async runConfined(request: ConfinedRequest, kernel: KernelClient, json: boolean): Promise<void> {
    try {
      for await (const event of kernel.exec(request, this.signal)) {
        if (event.type === 'output' && !json) process.stdout.write(terminalText(event.text))
        if (event.type !== 'exit') continue
        process.exitCode = event.exitCode
        if (event.limit !== undefined) this.logToStderr(event.limit)
        const { exitCode: exit_code, timedOut: timed_out, durationMs: duration_ms, output, limit } = event
        if (json)
          this.print(
            { text: '', data: { exit_code, timed_out, ...(limit && { limit }), duration_ms, output } },
            { json },
          )
      }
    } catch (error) {
      const denial = denialData(error)
      if (json && denial) this.print({ text: '', data: denial }, { json })
      throw error
    }
  }
}
