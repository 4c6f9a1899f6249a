import { BaseCommand } from '../../../plugin-api/base-command.ts'

export default class AgentsList extends BaseCommand {
  static override summary = 'List the agents, and where each comes from.'

  async run(): Promise<void> {
    const { flags } = await this.parse(AgentsList)
    await this.printHandled('agents', [], flags)
  }
}
