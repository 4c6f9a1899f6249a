import { subjectOf } from '../../../output/thread/thread-list.ts'
import { BaseCommand, Flags } from '../../../plugin-api/base-command.ts'
import { CodexError } from '../../../plugin-api/errors.ts'
import { confirm } from '../../ask-person.ts'
import { threadArgument } from '../../thread-argument.ts'

export default class ThreadsDelete extends BaseCommand {
  static override summary = 'Delete a thread for good.'
  static override args = {
    thread: threadArgument,
  }
  static override flags = { force: Flags.boolean({ default: false, description: 'Do not ask.' }) }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(ThreadsDelete)
    const library = await (await this.kernel(flags)).threads()
    const thread = await library.find(args.thread, this.signal)
    if (!flags.force) await this.agree(`Delete thread ${thread.id} (${subjectOf(thread)}) for good? y or n: `)
    await library.delete(thread.id, this.signal)
    this.print({ text: `Deleted session ${thread.id}.`, data: thread }, flags)
  }

  /** @throws CodexError `usage.arguments` where nobody can be asked; the abort reason */
  private async agree(question: string): Promise<void> {
    if (process.stdin.isTTY !== true || process.stderr.isTTY !== true) {
      throw new CodexError('usage.arguments', 'cannot confirm session deletion without an interactive terminal', {
        hint: 'Run it again with --force.',
      })
    }
    if (!(await confirm(question, this.signal)))
      throw new CodexError('usage.arguments', 'Nothing was deleted', { hint: 'Answer y to delete.' })
  }
}
