import { BaseCommand } from '../../../plugin-api/base-command.ts'
import { hooksText } from '../../hooks-text.ts'

export default class HooksList extends BaseCommand {
  static override summary = 'List the hooks in force, in the order in which they run, with file and line.'

  async run(): Promise<void> {
    const { flags } = await this.parse(HooksList)
    const data = await (await this.kernel(flags)).hooks()
    this.print({ text: hooksText(data), data }, flags)
  }
}
