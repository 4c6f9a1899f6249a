import { colours } from '../../../output/colours.ts'
import { threadHitsText } from '../../../output/thread/thread-list.ts'
import { Args, BaseCommand, Flags } from '../../../plugin-api/base-command.ts'
import { wantsColour } from '../../terminal-form.ts'
import { queryFlags, threadQuery } from '../../thread-query.ts'

export default class ThreadsSearch extends BaseCommand {
  static override summary = 'Find words in the prompts, answers, commands, files and findings of all threads.'
  static override strict = false
  static override args = {
    words: Args.string({ required: true, description: 'Words that all stand in one place.', ignoreStdin: true }),
  }
  static override flags = {
    ...queryFlags,
    here: Flags.boolean({ default: false, description: 'Only in threads of this directory.' }),
    limit: Flags.integer({ char: 'n', min: 1, default: 50, description: 'At most so many places.' }),
  }

  async run(): Promise<void> {
    const { argv, flags } = await this.parse(ThreadsSearch)
    const kernel = await this.kernel(flags)
    const query = threadQuery({ ...flags, all: !flags.here }, kernel)
    const hits = await (await kernel.threads()).search(argv.map(String), query, this.signal)
    const isColoured = wantsColour(process, process.stdout)
    const text = threadHitsText(hits, new Date(), colours(isColoured).bold)
    this.print({ text: text || 'Nothing was found.', data: hits }, flags)
  }
}
