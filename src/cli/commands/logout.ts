import { BaseCommand, Flags } from '../../plugin-api/base-command.ts'
import { isCodexError } from '../../plugin-api/errors.ts'
import { openLogin } from '../open-login.ts'
import { writeErr } from '../process-deps.ts'

export default class Logout extends BaseCommand {
  static override summary = 'Forget the API key of a model provider.'
  static override flags = {
    provider: Flags.string({ description: 'Whose key. Absent: openai.' }),
  }

  async run(): Promise<void> {
    const { flags } = await this.parse(Logout)
    const login = await openLogin(await this.kernel(flags), flags.provider, this.signal)
    const unread = await login.store.read(login.provider, this.signal).then(
      () => undefined,
      (error: unknown) => error,
    )
    const isRemoved = await login.store.remove(login.provider, this.signal)
    writeErr(isRemoved ? 'Successfully logged out\n' : 'Not logged in\n')
    if (isRemoved && isCodexError(unread)) writeErr(`${unread.message}: it was removed with all that stood in it\n`)
    for (const note of login.notes()) writeErr(`${note}\n`)
    if (flags.json) this.log(JSON.stringify({ provider: login.provider, removed: isRemoved }, null, 2))
  }
}
