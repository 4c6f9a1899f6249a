import { transcriptText } from '../../../output/thread/transcript-text.ts'
import { BaseCommand } from '../../../plugin-api/base-command.ts'
import { wantsColour } from '../../terminal-form.ts'
import { threadArgument } from '../../thread-argument.ts'

export default class ThreadsShow extends BaseCommand {
  static override summary = 'Show what was asked, done and answered in a thread.'
  static override args = {
    thread: threadArgument,
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(ThreadsShow)
    const library = await (await this.kernel(flags)).threads()
    const transcript = await library.read(args.thread, this.signal)
    const isColoured = wantsColour(process, process.stdout)
    if (flags.json) this.print({ text: '', data: transcript }, flags)
    else this.log(transcriptText(transcript, isColoured))
  }
}
