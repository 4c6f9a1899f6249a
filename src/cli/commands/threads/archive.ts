import { Args, BaseCommand } from '../../../plugin-api/base-command.ts'

export default class ThreadsArchive extends BaseCommand {
  static override summary = 'Put a thread away: compressed, and still found.'
  static override args = {
    thread: Args.string({
      required: true,
      description: 'Its id, the beginning of its id, its name, or last.',
      ignoreStdin: true,
    }),
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(ThreadsArchive)
    const library = await (await this.kernel(flags)).threads()
    const thread = await library.archive(args.thread, this.signal)
    this.print({ text: `Archived session ${thread.id}.`, data: thread }, flags)
  }
}
