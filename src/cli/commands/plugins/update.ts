import { listPlugins } from '../../../kernel/plugins/list-plugins.ts'
import { type Updated, updatePlugin } from '../../../kernel/plugins/update-plugin.ts'
import { Args, BaseCommand, Flags } from '../../../plugin-api/base-command.ts'
import { terminalText } from '../../../plugin-api/terminal-text.ts'
import { changeEach } from '../../change-each-plugin.ts'
import { describeChange } from '../../describe-plugin.ts'
import { openPluginHost } from '../../open-plugin-host.ts'

export default class PluginsUpdate extends BaseCommand {
  static override summary =
    'Bring plugins to the newest that their source gives. One that asks for more is held until you agree.'
  static override args = { name: Args.string({ description: 'Only this plugin.', ignoreStdin: true }) }
  static override flags = {
    yes: Flags.boolean({
      char: 'y',
      default: false,
      description: 'Agree to what is asked for beyond what was agreed.',
    }),
    check: Flags.boolean({ default: false, description: 'Only say what there is.' }),
    'run-scripts': Flags.boolean({
      default: false,
      description: 'Run the install scripts of the package and its dependencies.',
    }),
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(PluginsUpdate)
    const host = await openPluginHost(this.config, { yes: flags.yes }, this.signal)
    const all = await listPlugins(host, new Set())
    const names =
      args.name === undefined ? all.flatMap(({ type, name }) => (type === 'built-in' ? [] : [name])) : [args.name]
    const { done: plugins, failure } = await changeEach(names, (name) =>
      updatePlugin({ name, checksOnly: flags.check, runsScripts: flags['run-scripts'] }, host, this.signal),
    )
    const text = plugins.map(describe).join('\n') || (failure ? '' : 'No plugin is installed.')
    if (text !== '') this.print({ text: terminalText(text), data: { plugins } }, flags)
    if (failure) throw failure
  }
}

function describe({ name, outcome, from, to, asks, gone }: Updated): string {
  switch (outcome) {
    case 'newest':
      return `${name} ${from}: there is nothing newer.`
    case 'linked':
      return `${name} is linked: what its folder holds is what runs.`
    case 'unlocked':
      return `${name} was not installed by codex plugins install, so its source is not known.`
    case 'available':
      return `${name} ${from}: ${to} is there.\n${describeChange(asks, gone)}`
    case 'updated':
      return `Updated ${name} from ${from} to ${to}.\n${describeChange(asks, gone)}`
  }
}
