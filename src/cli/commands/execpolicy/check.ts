import { BaseCommand } from '../../../plugin-api/base-command.ts'
import { CodexError } from '../../../plugin-api/errors.ts'
import { terminalJson } from '../../../plugin-api/terminal-json.ts'
import { checkRules, readRules } from '../../check-rules.ts'
import { writeOut } from '../../process-deps.ts'

/** For callers of Codex; `codex policy test` answers as a thread does. Options end at the first word of the command. */
export default class ExecpolicyCheck extends BaseCommand {
  static override summary = 'Say which rules of .rules files match a command, as JSON.'
  static override usage = 'execpolicy check -r FILE [-r FILE]... [--pretty] [--resolve-host-executables] COMMAND...'
  static override hidden = true
  static override strict = false

  async run(): Promise<void> {
    const files: string[] = []
    const switches = new Set<string>()
    let index = 0
    for (; index < this.argv.length; index += 1) {
      const word = this.argv[index] ?? ''
      if (word === '-r' || word === '--rules') files.push(this.argv[++index] ?? '')
      else if (word === '--pretty' || word === '--resolve-host-executables') switches.add(word)
      else break
    }
    const command = this.argv.slice(this.argv[index] === '--' ? index + 1 : index)
    if (files.length === 0 || command.length === 0 || command[0]?.startsWith('-')) {
      throw new CodexError('usage.arguments', 'execpolicy check needs --rules FILE and a command', {
        hint: 'For example: codex execpolicy check -r default.rules git push',
      })
    }
    const answer = checkRules(command, await readRules(files), switches.has('--resolve-host-executables'))
    writeOut(`${terminalJson(answer, switches.has('--pretty') ? 2 : undefined)}\n`)
  }
}
