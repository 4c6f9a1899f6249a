import { inspectSource } from '../../../kernel/plugins/install-plugin.ts'
import { inspectInstalled } from '../../../kernel/plugins/list-plugins.ts'
import { kindOfPath } from '../../../kernel/plugins/plugin-host.ts'
import { parsePluginSource } from '../../../kernel/plugins/plugin-source.ts'
import { Args, BaseCommand } from '../../../plugin-api/base-command.ts'
import { terminalText } from '../../../plugin-api/terminal-text.ts'
import { describeInspection } from '../../describe-plugin.ts'
import { openPluginHost } from '../../open-plugin-host.ts'

export default class PluginsInspect extends BaseCommand {
  static override summary = 'Show what a plugin brings, installed or not. Nothing of it runs.'
  static override args = {
    source: Args.string({ description: 'Its name, or where it would come from.', required: true, ignoreStdin: true }),
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(PluginsInspect)
    const host = await openPluginHost(this.config, { yes: false }, this.signal)
    const installed = await inspectInstalled(args.source, host)
    if (installed) {
      const { inspection, type, source, root } = installed
      const { name, version, contributes } = inspection
      const data = { name, version, type, source, root, contributes, clashes: [] }
      return this.print(
        { text: terminalText(describeInspection(inspection, [`${type}, from ${source}`, root])), data },
        flags,
      )
    }
    const place = { cwd: flags.cd ?? process.cwd(), kindOf: kindOfPath }
    const source = await parsePluginSource(args.source, place)
    const { inspection, integrity, clashes } = await inspectSource(source, host, this.signal)
    const { name, version, contributes } = inspection
    const data = { name, version, type: 'not installed', source: source.text, integrity, contributes, clashes }
    const text = describeInspection(inspection, [`not installed, from ${source.text}`, integrity, ...clashes])
    this.print({ text: terminalText(text), data }, flags)
  }
}
