import { BaseCommand, Flags } from '../../plugin-api/base-command.ts'
import { CodexError } from '../../plugin-api/errors.ts'
import { openLogin } from '../open-login.ts'
import { writeErr } from '../process-deps.ts'
import { readKey } from '../read-key.ts'

export default class Login extends BaseCommand {
  static override summary = 'Keep the API key of a model provider.'
  static override strict = false // so that a key that is given as an argument is not shown in the error
  static override usage = ['login [--with-api-key] [--provider ID]', 'login status']
  static override flags = {
    'with-api-key': Flags.boolean({ description: 'Read the key from standard input; on a terminal it is asked for.' }),
    provider: Flags.string({ description: 'Whose key it is. Absent: openai.' }),
  }

  async run(): Promise<void> {
    const { flags, argv } = await this.parse(Login)
    if (argv.length === 1 && argv[0] === 'status') {
      throw new CodexError('usage.arguments', 'codex login status stands before its options', {
        hint: 'Write: codex login status, and the options behind it.',
      })
    }
    if (argv.length > 0) {
      throw new CodexError('usage.arguments', 'codex login takes no argument, and no key from the command line', {
        hint: 'Others can read a command line. For example: printenv OPENAI_API_KEY | codex login --with-api-key',
      })
    }
    const login = await openLogin(await this.kernel(flags), flags.provider)
    if (!flags['with-api-key'] && !process.stdin.isTTY) {
      throw new CodexError('credential.input', 'codex login takes an API key; there is no sign-in with a browser', {
        hint: 'For example: printenv OPENAI_API_KEY | codex login --with-api-key',
      })
    }
    const before = await login.store.read(login.provider, this.signal).catch(() => undefined)
    const key = await readKey(login.provider, this.signal)
    const place = await login.store.write(login.provider, key, this.signal)
    if (before?.credential.type === 'chatgpt') writeErr(`The sign-in with ChatGPT in ${place} is replaced.\n`)
    writeErr(`Successfully logged in\nThe key is kept in ${place}\n`)
    for (const note of login.notes()) writeErr(`${note}\n`)
  }
}
