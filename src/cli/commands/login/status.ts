import { BaseCommand, Flags } from '../../../plugin-api/base-command.ts'
import { exitCodes } from '../../../plugin-api/errors.ts'
import { openLogin } from '../../open-login.ts'
import { writeErr } from '../../process-deps.ts'

export default class LoginStatus extends BaseCommand {
  static override summary = 'Say whether a key is kept; exit 1 where none is.'
  static override flags = {
    provider: Flags.string({ description: 'Whose key. Absent: openai.' }),
  }

  async run(): Promise<void> {
    const { flags } = await this.parse(LoginStatus)
    const login = await openLogin(await this.kernel(flags), flags.provider)
    const found = await login.store.read(login.provider, this.signal)
    const isKey = found?.credential.type === 'key'
    writeErr(isKey ? 'API key configured - ***\n' : 'Not logged in\n')
    if (found?.credential.type === 'chatgpt') {
      writeErr(
        `${found.place} holds a sign-in with ChatGPT and no API key; this program does not use such a sign-in.\nhint: codex login --with-api-key\n`,
      )
    }
    for (const warning of found?.warnings ?? []) writeErr(`warning: ${warning}\n`)
    for (const note of login.notes()) writeErr(`${note}\n`)
    if (flags.json) {
      const place = isKey ? found.place : null
      this.log(JSON.stringify({ provider: login.provider, logged_in: isKey, place }, null, 2))
    }
    if (!isKey) process.exitCode = exitCodes.failed
  }
}
