import { BaseCommand } from '../../plugin-api/base-command.ts'

export default class Doctor extends BaseCommand {
  static override summary = 'Check what this program needs, and say how to get what is missing.'

  async run(): Promise<void> {
    const { flags } = await this.parse(Doctor)
    await this.printHandled('doctor', [], flags)
  }
}
