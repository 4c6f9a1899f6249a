import { BaseCommand } from '../../../plugin-api/base-command.ts'
import { threadArgument } from '../../thread-argument.ts'

export default class ThreadsArchive extends BaseCommand {
  static override summary = 'Put a thread away: compressed, and still found.'
  static override args = {
    thread: threadArgument,
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(ThreadsArchive)
    const library = await (await this.kernel(flags)).threads()
    const thread = await library.archive(args.thread, this.signal)
    this.print({ text: `Archived session ${thread.id}.`, data: thread }, flags)
  }
}
