import { listPlugins } from '../../../kernel/plugins/list-plugins.ts'
import { BaseCommand } from '../../../plugin-api/base-command.ts'
import { terminalText } from '../../../plugin-api/terminal-text.ts'
import { openPluginHost } from '../../open-plugin-host.ts'
import { missingWishes, pluginsOff } from '../../plugin-wishes.ts'

export default class PluginsList extends BaseCommand {
  static override summary = 'List the plugins: where each comes from, whether it is on, and why not.'

  async run(): Promise<void> {
    const { flags } = await this.parse(PluginsList)
    const kernel = await this.kernel(flags)
    const host = await openPluginHost(this.config, { yes: false }, this.signal)
    const plugins = await listPlugins(host, await pluginsOff(kernel))
    const wishes = (await missingWishes(kernel)).map(({ name, install }) => ({ name, install }))
    const lines = [
      ...plugins.map(({ name, version, type, source, status, reason }) =>
        [
          `${name} ${version}`.trim(),
          type,
          ...(type === 'built-in' ? [] : [source]),
          status,
          ...(reason ? [reason] : []),
        ].join('  '),
      ),
      ...wishes.map(({ name, install }) => `${name}  wished for  ${install}  codex plugins install shows it and asks`),
    ]
    this.print({ text: terminalText(lines.join('\n')), data: { plugins, wishes } }, flags)
  }
}
