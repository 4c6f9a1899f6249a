import { Args, BaseCommand } from '../../../plugin-api/base-command.ts'
import { exitCodes } from '../../../plugin-api/errors.ts'
import { testMcpServer } from '../../../runtime/test-mcp-server.ts'
import { configInputs } from '../../config-inputs.ts'
import { columns, noSuchServer } from '../../mcp/describe-server.ts'

export default class McpTest extends BaseCommand {
  static override summary =
    'Start an MCP server, list its tools, and say what is wrong; exit 1 where it does not start.'
  static override args = { name: Args.string({ required: true, description: 'What it is called.', ignoreStdin: true }) }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(McpTest)
    const result = await testMcpServer(configInputs(this.config, flags).runtime, args.name, this.signal)
    if (!result) throw noSuchServer(args.name)
    const { problems, tools, started_ms: startedMs } = result
    const rows = tools.map(({ name, asks, description }) => [
      `  ${name}`,
      asks ? 'asks' : 'unasked',
      description.split('\n')[0]?.slice(0, 80) ?? '',
    ])
    const head = result.ok
      ? `${args.name} started in ${startedMs} ms and has ${tools.length} ${tools.length === 1 ? 'tool' : 'tools'}.`
      : `${args.name} does not work (${startedMs} ms).`
    const text = [
      head,
      ...problems.map((problem) => `  problem: ${problem}`),
      ...(rows.length > 0 ? [columns(rows)] : []),
    ]
    const exitCode = result.ok ? exitCodes.done : exitCodes.failed
    this.print({ text: text.join('\n'), data: result, exitCode }, flags)
  }
}
