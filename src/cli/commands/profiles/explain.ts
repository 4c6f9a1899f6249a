import { BaseCommand } from '../../../plugin-api/base-command.ts'
import { type ActionAnswer, explainAction } from '../../../runtime/explain-action.ts'
import { actionArgument } from '../../action-argument.ts'
import { configInputs } from '../../config-inputs.ts'

export default class ProfilesExplain extends BaseCommand {
  static override summary = 'Say what would be answered to an action, and what each layer says. Nothing is done.'
  static override usage = 'profiles explain read|write|delete|exec|network|tool|delegate WHAT...'
  static override examples = [
    '<%= config.bin %> profiles explain write /etc/hosts',
    '<%= config.bin %> profiles explain -p workspace-net network POST api.example.com',
  ]
  static override strict = false

  async run(): Promise<void> {
    const { argv, flags } = await this.parse(ProfilesExplain)
    const { runtime } = configInputs(this.config, flags)
    const explained = await explainAction(actionArgument(argv.map(String), runtime.cwd), runtime, this.signal)
    const { profile, verdict, layers } = explained
    const lines = layers.map((each) => `  ${each.answer.padEnd(5)}  ${each.layer}: ${each.rule}${place(each)}`)
    const text = [
      `${verdict.answer}: ${verdict.reason}${place(verdict)}`,
      `Profile ${profile}; each layer by itself:`,
      ...lines,
    ]
    this.print({ text: text.join('\n'), data: explained }, flags)
  }
}

function place({ file, line }: ActionAnswer): string {
  if (file === undefined) return ''
  return line === undefined ? `  ${file}` : `  ${file}:${line}`
}
