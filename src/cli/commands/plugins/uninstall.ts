import { uninstallPlugin } from '../../../kernel/plugins/uninstall-plugin.ts'
import { Args, BaseCommand } from '../../../plugin-api/base-command.ts'
import { openPluginHost } from '../../open-plugin-host.ts'

export default class PluginsUninstall extends BaseCommand {
  static override summary = 'Take a plugin away, and all that came with it. A linked folder stays as it is.'
  static override args = { name: Args.string({ description: 'Its package name.', required: true, ignoreStdin: true }) }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(PluginsUninstall)
    const host = await openPluginHost(this.config, { yes: false }, this.signal)
    const gone = await uninstallPlugin(args.name, host, this.signal)
    const guards = gone.couldForbid ? '\nIts hooks and policies are no longer in force.' : ''
    this.print({ text: `Uninstalled ${[gone.name, gone.version].join(' ').trim()}.${guards}`, data: gone }, flags)
  }
}
