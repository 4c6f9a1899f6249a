import { BaseCommand, Flags } from '../../plugin-api/base-command.ts'

export default class Doctor extends BaseCommand {
  static override summary = 'Check what this program needs, and say how to get what is missing.'
  static override flags = {
    online: Flags.boolean({ description: 'Ask the configured model too, with the smallest request.' }),
  }

  async run(): Promise<void> {
    const { flags } = await this.parse(Doctor)
    await this.printHandled('doctor', flags.online ? ['--online'] : [], { ...flags, 'lenient-config': true })
  }
}
