import { BaseCommand } from '../../../plugin-api/base-command.ts'
import { CodexError } from '../../../plugin-api/errors.ts'
import { terminalJson } from '../../../plugin-api/terminal-json.ts'
import { checkArguments } from '../../check-arguments.ts'
import { checkRules, readRules } from '../../check-rules.ts'
import { writeOut } from '../../process-deps.ts'

/** For callers of Codex; `codex policy test` answers as a thread does. Options end at the first word of the command. */
export default class ExecpolicyCheck extends BaseCommand {
  static override summary = 'Say which rules of .rules files match a command, as JSON.'
  static override usage = 'execpolicy check -r FILE [-r FILE]... [--pretty] [--resolve-host-executables] COMMAND...'
  static override hidden = true
  static override strict = false

  async run(): Promise<void> {
    const asked = checkArguments(this.argv)
    if (asked === undefined) {
      throw new CodexError('usage.arguments', 'execpolicy check needs --rules FILE and a command', {
        hint: 'For example: codex execpolicy check -r default.rules git push',
      })
    }
    const { files, command, isPretty, resolvesHosts } = asked
    const answer = checkRules(command, await readRules(files), {
      resolveFrom: resolvesHosts ? process.cwd() : undefined,
    })
    writeOut(`${terminalJson(answer, isPretty ? 2 : undefined)}\n`)
  }
}
