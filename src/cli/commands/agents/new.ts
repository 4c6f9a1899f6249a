import { Args, BaseCommand, Flags } from '../../../plugin-api/base-command.ts'
import { writeNewDefinition } from '../../write-new-definition.ts'

export default class AgentsNew extends BaseCommand {
  static override summary = 'Write a small working agent file to edit.'
  static override args = { name: Args.string({ required: true, description: 'Id of the agent.', ignoreStdin: true }) }
  static override flags = { project: Flags.boolean({ description: "Into this repository's .codex/agents." }) }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(AgentsNew)
    const kernel = await this.kernel(flags)
    const place = { isProject: flags.project, packageRoot: this.config.root }
    this.print(await writeNewDefinition('agent', args.name, kernel, place), flags)
  }
}
