import { BaseCommand, Flags } from '../../plugin-api/base-command.ts'
import { CodexError } from '../../plugin-api/errors.ts'
import { terminalText } from '../../plugin-api/terminal-text.ts'
import { permissionProfile } from '../permission-profile.ts'
import { quoteWords } from '../quote-words.ts'
import { isStdinPiped, readStdin } from '../read-prompt.ts'

export default class Sandbox extends BaseCommand {
  static override summary = 'Run one command as an agent would: gate, exec policy, sandbox, audit. Exit 5: denied.'
  static override usage = 'sandbox [-P PROFILE] -- COMMAND...'
  static override examples = ['<%= config.bin %> sandbox --profile workspace-write -- make test']
  static override strict = false
  static override flags = {
    'permission-profile': Flags.string({
      char: 'P',
      description: 'Security profile; :read-only, :workspace and :danger-full-access are other names of three of them.',
      exclusive: ['profile', 'security-profile'],
    }),
  }

  async run(): Promise<void> {
    const { argv, flags } = await this.parse(Sandbox)
    if (argv.length === 0) {
      throw new CodexError('usage.arguments', 'There is no command to run', {
        hint: 'Write it behind --, as in codex sandbox -- make test',
      })
    }
    const named = flags['permission-profile']
    const kernel = await this.kernel(
      named === undefined ? flags : { ...flags, 'security-profile': permissionProfile(named) },
    )
    const stdin = isStdinPiped() ? new TextDecoder().decode(await readStdin(this.signal)) : undefined
    const request = { script: quoteWords(argv.map(String)), ...(stdin !== undefined && { stdin }) }
    for await (const event of kernel.exec(request, this.signal)) {
      if (event.type === 'output' && !flags.json) process.stdout.write(terminalText(event.text))
      if (event.type !== 'exit') continue
      process.exitCode = event.exitCode
      const { exitCode: exit_code, timedOut: timed_out, durationMs: duration_ms, output } = event
      if (flags.json) this.print({ text: '', data: { exit_code, timed_out, duration_ms, output } }, flags)
    }
  }
}
