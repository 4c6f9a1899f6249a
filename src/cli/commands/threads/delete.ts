import { subjectOf } from '../../../output/thread/thread-list.ts'
import { BaseCommand, Flags } from '../../../plugin-api/base-command.ts'
import { isCodexError } from '../../../plugin-api/errors.ts'
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
    const { id, what } = await library.find(args.thread, this.signal).then(
      (thread) => ({ id: thread.id, what: `thread ${thread.id} (${subjectOf(thread)})` }),
      (error: unknown) => ({ id: args.thread, what: damagedFile(error) }),
    )
    if (!flags.force) {
      await assertAgreed(
        `Delete ${what} for good? y or n: `,
        {
          nobody: 'cannot confirm session deletion without an interactive terminal',
          flag: '--force',
          declined: 'Nothing was deleted',
        },
        this.signal,
      )
    }
    const thread = await library.delete(id, this.signal)
    this.print({ text: `Deleted session ${thread.id}.`, data: thread }, flags)
  }
}

/** The record that holds no thread that can be read. @throws every other error */
function damagedFile(error: unknown): string {
  if (!isCodexError(error) || error.code !== 'rollout.unreadable' || !error.location) throw error
  return `${error.location.file}, from which no thread can be read,`
}
