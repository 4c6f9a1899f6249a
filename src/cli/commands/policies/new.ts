import { Args, BaseCommand, Flags } from '../../../plugin-api/base-command.ts'
import { writeNewDefinition } from '../../write-new-definition.ts'

export default class PoliciesNew extends BaseCommand {
  static override summary = 'Write a small working exec policy to edit.'
  static override args = { name: Args.string({ required: true, description: 'Id of the policy.', ignoreStdin: true }) }
  static override flags = { project: Flags.boolean({ description: "Into this repository's .codex/policies." }) }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(PoliciesNew)
    const kernel = await this.kernel(flags)
    const place = { isProject: flags.project, packageRoot: this.config.root }
    this.print(await writeNewDefinition('policy', args.name, kernel, place), flags)
  }
}
