import { resolve } from 'node:path'
import { Args, BaseCommand, Flags } from '../../../plugin-api/base-command.ts'
import { createPlugin, nextSteps, pluginFolder } from '../../create-plugin.ts'

export default class PluginsCreate extends BaseCommand {
  static override summary = 'Write a small working plugin in TypeScript to edit.'
  static override description =
    'It has a tool with a test, an agent whose playbook uses the tool, a command, a README and a checklist for publishing.'
  static override args = {
    name: Args.string({ required: true, description: 'Package name; a scope may stand before it.', ignoreStdin: true }),
  }
  static override flags = {
    dir: Flags.string({ description: 'Folder to make. Default: the name without its scope, here.' }),
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(PluginsCreate)
    const folder = pluginFolder(args.name)
    const kernel = await this.kernel(flags)
    const plugin = { name: args.name, directory: resolve(kernel.cwd, flags.dir ?? folder) }
    const program = { packageRoot: this.config.root, version: kernel.version }
    const { files } = await createPlugin(plugin, program, await kernel.extensions())
    this.print({ text: nextSteps(plugin, kernel.cwd), data: { directory: plugin.directory, files } }, flags)
  }
}
