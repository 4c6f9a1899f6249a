import { subjectOf } from '../../../output/thread/thread-list.ts'
import { BaseCommand, Flags } from '../../../plugin-api/base-command.ts'
import { assertAgreed } from '../../assert-agreed.ts'
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
    if (!flags.force) {
      await assertAgreed(
        `Delete thread ${thread.id} (${subjectOf(thread)}) for good? y or n: `,
        {
          nobody: 'cannot confirm session deletion without an interactive terminal',
          flag: '--force',
          declined: 'Nothing was deleted',
        },
        this.signal,
      )
    }
    await library.delete(thread.id, this.signal)
    this.print({ text: `Deleted session ${thread.id}.`, data: thread }, flags)
  }
}
