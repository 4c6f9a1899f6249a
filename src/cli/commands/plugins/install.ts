import { installPlugin } from '../../../kernel/plugins/install-plugin.ts'
import { kindOfPath } from '../../../kernel/plugins/plugin-host.ts'
import { parsePluginSource } from '../../../kernel/plugins/plugin-source.ts'
import { Args, BaseCommand, Flags } from '../../../plugin-api/base-command.ts'
import { changeEach } from '../../change-each-plugin.ts'
import { openPluginHost } from '../../open-plugin-host.ts'
import { missingWishes } from '../../plugin-wishes.ts'

export default class PluginsInstall extends BaseCommand {
  static override summary =
    'Install a plugin, after showing what it brings; without a source, what the repository wishes for.'
  static override args = {
    source: Args.string({
      description: 'NAME[@VERSION], folder, .tgz file or address, or git address.',
      ignoreStdin: true,
    }),
  }
  static override flags = {
    yes: Flags.boolean({ char: 'y', default: false, description: 'Agree without being asked.' }),
    'run-scripts': Flags.boolean({
      default: false,
      description: 'Run the install scripts of the package and its dependencies.',
    }),
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(PluginsInstall)
    const host = await openPluginHost(this.config, { yes: flags.yes }, this.signal)
    const wanted =
      args.source === undefined
        ? await missingWishes(await this.kernel(flags))
        : [{ install: args.source, cwd: flags.cd ?? process.cwd() }]
    const { done: plugins, failure } = await changeEach(wanted, async ({ install, cwd, name }) => {
      const source = await parsePluginSource(install, { cwd, kindOf: kindOfPath })
      const request = { source, runsScripts: flags['run-scripts'], ...(name !== undefined && { expectedName: name }) }
      return await installPlugin(request, host, this.signal)
    })
    const lines = plugins.map(({ name, version, outcome }) =>
      outcome === 'installed'
        ? `Installed ${name} ${version}.`
        : `${name} ${version} is installed already, and intact.`,
    )
    const text = lines.join('\n') || (failure ? '' : 'The repository wishes for no plugin that is not installed.')
    if (text !== '' || plugins.length > 0) this.print({ text, data: { plugins } }, flags)
    if (failure) throw failure
  }
}
