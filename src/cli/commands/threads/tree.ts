import { threadTreeText } from '../../../output/thread/thread-tree-text.ts'
import { BaseCommand, Flags } from '../../../plugin-api/base-command.ts'
import { queryFlags, threadQuery } from '../../thread-query.ts'

const { subagents: _, ...flagsOfTree } = queryFlags

export default class ThreadsTree extends BaseCommand {
  static override summary = 'Show threads with those that they handed work to, and which of them run.'
  static override flags = {
    ...flagsOfTree,
    limit: Flags.integer({ char: 'n', min: 1, default: 100, description: 'At most so many threads, the newest.' }),
  }

  async run(): Promise<void> {
    const { flags } = await this.parse(ThreadsTree)
    const kernel = await this.kernel(flags)
    const library = await kernel.threads()
    const tree = await library.tree(threadQuery({ ...flags, subagents: true }, kernel), this.signal)
    const width = process.stdout.columns ?? Number.POSITIVE_INFINITY
    const none = flags.all ? 'No threads.' : 'No threads were begun in this directory. --all shows those of others.'
    this.print({ text: threadTreeText(tree, { now: new Date(), width }) || none, data: tree }, flags)
  }
}
