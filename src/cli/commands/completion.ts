import { Args, BaseCommand } from '../../plugin-api/base-command.ts'
import { type CompletedShell, shellScripts } from '../completion/shell-scripts.ts'

const shells = Object.keys(shellScripts) as CompletedShell[] // the table's own keys

export default class Completion extends BaseCommand {
  static override summary = 'Print what a shell runs once so that TAB completes commands, agents, profiles and flags.'
  static override examples = [
    'source <(<%= config.bin %> completion bash)',
    '<%= config.bin %> autocomplete powershell',
  ]
  static override args = {
    shell: Args.string({ required: true, options: shells, description: 'Your shell.', ignoreStdin: true }),
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Completion)
    const shell = args.shell as CompletedShell // one of the options
    this.print({ text: shellScripts[shell].trimEnd(), data: { shell, script: shellScripts[shell] } }, flags)
  }
}
