import { transcriptPlain } from '../../../output/plain/transcript-plain.ts'
import { replacedText } from '../../../output/thread/replaced-text.ts'
import { transcriptText } from '../../../output/thread/transcript-text.ts'
import { BaseCommand, Flags } from '../../../plugin-api/base-command.ts'
import { messageText } from '../../message-text.ts'
import { wantsColour } from '../../terminal-form.ts'
import { threadArgument } from '../../thread-argument.ts'
import { plainFlag, wantsPlain } from '../../wants-plain.ts'

export default class ThreadsShow extends BaseCommand {
  static override summary = 'Show what was asked, done and answered in a thread: all of it, also what exec folds.'
  static override args = {
    thread: threadArgument,
  }
  static override flags = {
    'before-compaction': Flags.boolean({
      default: false,
      description: 'Show, word for word, what gave way to summaries.',
    }),
    plain: plainFlag,
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(ThreadsShow)
    const kernel = await this.kernel(flags)
    const library = await kernel.threads()
    if (flags['before-compaction']) {
      const compactions = await library.compactions(args.thread, this.signal)
      return this.print({ text: replacedText(compactions), data: compactions }, flags)
    }
    const transcript = await library.read(args.thread, this.signal)
    if (flags.json) return this.print({ text: '', data: transcript }, flags)
    if (await wantsPlain(flags, async () => kernel)) return this.log(transcriptPlain(transcript))
    const isColoured = wantsColour(process, process.stdout)
    this.log(transcriptText(transcript, isColoured, await messageText(process)))
  }
}
