import { verifyPlugins } from '../../../kernel/plugins/list-plugins.ts'
import { Args, BaseCommand } from '../../../plugin-api/base-command.ts'
import { terminalText } from '../../../plugin-api/terminal-text.ts'
import { openPluginHost } from '../../open-plugin-host.ts'

export default class PluginsVerify extends BaseCommand {
  static override summary = 'Check that the files of installed plugins are those that were agreed to.'
  static override args = { name: Args.string({ description: 'Only this plugin.', ignoreStdin: true }) }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(PluginsVerify)
    const host = await openPluginHost(this.config, { yes: false }, this.signal)
    const { plugins, strays } = await verifyPlugins(host, args.name)
    const lines = [
      ...plugins.flatMap(({ name, version, status, differences }) => [
        `${name} ${version}  ${status}`,
        ...differences.map(({ file, problem }) => `  ${problem}: ${file}`),
      ]),
      ...strays.map(({ file }) => `added: ${file}, which no plugin brought`),
    ]
    const isAltered = strays.length > 0 || plugins.some(({ status }) => status === 'altered')
    const text = lines.join('\n') || 'No plugin is installed.'
    this.print({ text: terminalText(text), data: { plugins, strays }, exitCode: isAltered ? 1 : 0 }, flags)
  }
}
