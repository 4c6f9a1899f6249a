import { resolve } from 'node:path'
import { linkPlugin } from '../../../kernel/plugins/link-plugin.ts'
import { Args, BaseCommand, Flags } from '../../../plugin-api/base-command.ts'
import { openPluginHost } from '../../open-plugin-host.ts'

export default class PluginsLink extends BaseCommand {
  static override summary = 'Use a plugin from the folder that it is written in.'
  static override args = { folder: Args.string({ description: 'Its folder.', default: '.', ignoreStdin: true }) }
  static override flags = {
    yes: Flags.boolean({ char: 'y', default: false, description: 'Agree without being asked.' }),
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(PluginsLink)
    const host = await openPluginHost(this.config, { yes: flags.yes }, this.signal)
    const { name, version, contributes, manifest } = await linkPlugin(resolve(flags.cd ?? '.', args.folder), host)
    const data = { name, version, root: manifest.root, contributes }
    this.print({ text: `Linked ${name} ${version}: ${manifest.root}`, data }, flags)
  }
}
