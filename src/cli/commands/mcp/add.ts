import { Args, BaseCommand, Flags } from '../../../plugin-api/base-command.ts'
import { CodexError } from '../../../plugin-api/errors.ts'
import { configInputs } from '../../config-inputs.ts'
import { assertNoProfileOfTheRun, assertServerName, serverProfile } from '../../mcp/added-server.ts'
import { setServer } from '../../mcp/change-server.ts'
import { quoteWords } from '../../quote-words.ts'

export default class McpAdd extends BaseCommand {
  static override summary = 'Add an MCP server to your configuration, or replace one of that name.'
  static override strict = false
  static override usage = [
    'mcp add NAME [--env KEY=VALUE]... [--writable PATH]... [--network HOST]... -- COMMAND [ARGUMENT]...',
    'mcp add NAME --url URL [--bearer-token-env-var NAME]',
  ]
  static override args = {
    name: Args.string({ required: true, description: 'What it is called.', ignoreStdin: true }),
    command: Args.string({ description: 'Behind --: its program and arguments.', ignoreStdin: true }),
  }
  static override flags = {
    env: Flags.string({ multiple: true, multipleNonGreedy: true, description: 'A variable for it: KEY=VALUE.' }),
    writable: Flags.string({
      multiple: true,
      multipleNonGreedy: true,
      description: 'A path that it may write: ~/notes, :caches.',
      helpValue: 'PATH',
    }),
    network: Flags.string({
      multiple: true,
      multipleNonGreedy: true,
      description: 'A host that it may reach; "*" is all.',
      helpValue: 'HOST',
    }),
    'server-profile': Flags.string({
      description: 'Security profile that it runs under. Absent: that of the thread.',
      helpValue: 'ID',
    }),
    url: Flags.string({ description: 'Address of a server over HTTP.', helpValue: 'URL' }),
    'bearer-token-env-var': Flags.string({ description: 'Variable with its token.', dependsOn: ['url'] }),
  }
  static override examples = [
    "<%= config.bin %> mcp add files --writable :caches --network '*' -- npx -y @modelcontextprotocol/server-filesystem .",
    '<%= config.bin %> mcp add tickets --url https://tickets.example/mcp --bearer-token-env-var TICKETS_TOKEN',
  ]

  async run(): Promise<void> {
    const { argv, flags } = await this.parse(McpAdd)
    const [name = '', command, ...args] = argv.map(String)
    assertServerName(name)
    assertNoProfileOfTheRun(flags)
    if ((command === undefined) === (flags.url === undefined)) {
      const add = `codex mcp add ${quoteWords([name])}`
      throw new CodexError('usage.arguments', 'A server is a command, behind --, or a --url: one of the two', {
        hint: `${add} -- COMMAND ARGUMENT..., or ${add} --url URL`,
      })
    }
    if (flags.url !== undefined && !/^https?:$/.test(URL.parse(flags.url)?.protocol ?? '')) {
      throw new CodexError('usage.arguments', `--url ${flags.url} is no http or https URL`, {
        hint: 'Write it with its scheme, such as https://tickets.example/mcp.',
      })
    }
    const { writable = [], network = [], 'server-profile': named } = flags
    const profile = named === undefined ? undefined : serverProfile(named, await (await this.kernel(flags)).profiles())
    const ofProgram = {
      ...(flags.env && { env: Object.fromEntries(flags.env.map(variable)) }),
      ...(profile !== undefined && { profile }),
      ...(writable.length > 0 && { writable }),
      ...(network.length > 0 && { network }),
    }
    const names = Object.keys(ofProgram)
    if (flags.url !== undefined && names.length > 0) {
      throw new CodexError(
        'usage.arguments',
        `A server over HTTP is no program here: ${names.join(', ')} would say nothing of it`,
        {
          hint: 'Leave --env, --writable, --network and --server-profile out.',
        },
      )
    }
    const token = flags['bearer-token-env-var']
    const table =
      command === undefined
        ? { url: flags.url, ...(token !== undefined && { bearer_token_env_var: token }) }
        : { command, args, ...ofProgram }
    const { file, wasThere: replaced, notes } = await setServer(name, table, configInputs(this.config, flags))
    const text = `Added global MCP server '${name}'.${replaced ? ' It replaces the one of that name.' : ''}`
    this.print({ text: [text, ...notes].join('\n'), data: { name, file, replaced, notes } }, flags)
  }
}

/** @throws CodexError `usage.arguments` */
function variable(text: string): readonly [string, string] {
  const [, name, value] = /^([^=]+)=(.*)$/s.exec(text) ?? []
  if (name !== undefined && value !== undefined) return [name, value]
  throw new CodexError('usage.arguments', `--env ${text} is not KEY=VALUE`, { hint: 'Write it as --env NAME=value.' })
}
