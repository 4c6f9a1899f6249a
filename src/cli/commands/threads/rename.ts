import { Args, BaseCommand } from '../../../plugin-api/base-command.ts'
import { threadArgument } from '../../thread-argument.ts'

export default class ThreadsRename extends BaseCommand {
  static override summary = 'Call a thread something; by its name it can be resumed.'
  static override args = {
    thread: threadArgument,
    name: Args.string({ required: true, description: 'What to call it; empty: no more.', ignoreStdin: true }),
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(ThreadsRename)
    const library = await (await this.kernel(flags)).threads()
    const thread = await library.rename(args.thread, args.name, this.signal)
    const text =
      thread.name === undefined
        ? `Thread ${thread.id} has no name now.`
        : `Thread ${thread.id} is called ${thread.name}.`
    this.print({ text, data: thread }, flags)
  }
}
