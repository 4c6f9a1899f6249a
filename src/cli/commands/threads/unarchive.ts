import { BaseCommand } from '../../../plugin-api/base-command.ts'
import { threadArgument } from '../../thread-argument.ts'

export default class ThreadsUnarchive extends BaseCommand {
  static override summary = 'Take a thread out again that was put away.'
  static override args = {
    thread: threadArgument,
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(ThreadsUnarchive)
    const library = await (await this.kernel(flags)).threads()
    const thread = await library.unarchive(args.thread, this.signal)
    this.print({ text: `Unarchived session ${thread.id}.`, data: thread }, flags)
  }
}
