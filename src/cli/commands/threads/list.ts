import { threadListText, unreadableText } from '../../../output/thread/thread-list.ts'
import { BaseCommand, Flags } from '../../../plugin-api/base-command.ts'
import { queryFlags, threadQuery } from '../../thread-query.ts'

export default class ThreadsList extends BaseCommand {
  static override summary = 'List the threads of this directory, the newest first.'
  static override flags = {
    ...queryFlags,
    limit: Flags.integer({ char: 'n', min: 1, default: 50, description: 'At most so many.' }),
  }

  async run(): Promise<void> {
    const { flags } = await this.parse(ThreadsList)
    const kernel = await this.kernel(flags)
    const library = await kernel.threads()
    const found = await library.list({ ...threadQuery(flags, kernel), limit: flags.limit + 1 }, this.signal)
    const threads = found.slice(0, flags.limit)
    if (found.length > threads.length)
      process.stderr.write(`These are the newest ${threads.length}; there are more: --limit ${flags.limit * 4}.\n`)
    const unread = await library.unreadable(this.signal)
    if (unread.length > 0) process.stderr.write(unreadableText(unread))
    const width = process.stdout.columns ?? Number.POSITIVE_INFINITY
    const text = threadListText(threads, { now: new Date(), showsDirectories: flags.all, width })
    const none = flags.all ? 'No threads.' : 'No threads were begun in this directory. --all lists those of others.'
    this.print({ text: text || none, data: threads }, flags)
  }
}
