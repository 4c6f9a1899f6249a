import { Args, BaseCommand } from '../../../plugin-api/base-command.ts'

export default class ThreadsUnarchive extends BaseCommand {
  static override summary = 'Take a thread out again that was put away.'
  static override args = {
    thread: Args.string({
      required: true,
      description: 'Its id, the beginning of its id, its name, or last.',
      ignoreStdin: true,
    }),
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(ThreadsUnarchive)
    const library = await (await this.kernel(flags)).threads()
    const thread = await library.unarchive(args.thread, this.signal)
    this.print({ text: `Unarchived session ${thread.id}.`, data: thread }, flags)
  }
}
