import { BaseCommand } from '../../../plugin-api/base-command.ts'
import { explainAction } from '../../../runtime/explain-action.ts'
import { actionArgument } from '../../action-argument.ts'
import { actionExplanationText } from '../../action-explanation-text.ts'
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
    const action = actionArgument(argv.map(String), runtime.cwd)
    const explained = await explainAction({ action }, runtime, this.signal)
    this.print({ text: actionExplanationText(explained), data: explained }, flags)
  }
}
