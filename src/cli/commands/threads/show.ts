import { replacedText } from '../../../output/thread/replaced-text.ts'
import { transcriptText } from '../../../output/thread/transcript-text.ts'
import { BaseCommand, Flags } from '../../../plugin-api/base-command.ts'
import { wantsColour } from '../../terminal-form.ts'
import { threadArgument } from '../../thread-argument.ts'

export default class ThreadsShow extends BaseCommand {
  static override summary = 'Show what was asked, done and answered in a thread.'
  static override args = {
    thread: threadArgument,
  }
  static override flags = {
    'before-compaction': Flags.boolean({
      default: false,
      description: 'Show, word for word, what gave way to summaries.',
    }),
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(ThreadsShow)
    const library = await (await this.kernel(flags)).threads()
    if (flags['before-compaction']) {
      const compactions = await library.compactions(args.thread, this.signal)
      this.print({ text: replacedText(compactions), data: compactions }, flags)
      return
    }
    const transcript = await library.read(args.thread, this.signal)
    const isColoured = wantsColour(process, process.stdout)
    if (flags.json) this.print({ text: '', data: transcript }, flags)
    else this.log(transcriptText(transcript, isColoured))
  }
}
