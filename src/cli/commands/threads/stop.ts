import { BaseCommand } from '../../../plugin-api/base-command.ts'
import { threadArgument } from '../../thread-argument.ts'

export default class ThreadsStop extends BaseCommand {
  static override summary = 'Stop the turn of a thread that runs, and all that it handed on.'
  static override args = {
    thread: threadArgument,
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(ThreadsStop)
    const library = await (await this.kernel(flags)).threads()
    const thread = await library.stop(args.thread, this.signal)
    this.print({ text: `Stopped session ${thread.id}.`, data: thread }, flags)
  }
}
