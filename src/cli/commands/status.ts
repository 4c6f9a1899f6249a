import { BaseCommand } from '../../plugin-api/base-command.ts'

export default class Status extends BaseCommand {
  static override summary = 'Show where this program stands: directories, model, security.'

  async run(): Promise<void> {
    const { flags } = await this.parse(Status)
    await this.printHandled('status', [], flags)
  }
}
