import { Args, BaseCommand, Flags } from '../../../plugin-api/base-command.ts'
import { writeNewDefinition } from '../../write-new-definition.ts'

export default class SkillsNew extends BaseCommand {
  static override summary = 'Write a small working skill to edit.'
  static override args = {
    name: Args.string({ required: true, description: 'Name of the skill.', ignoreStdin: true }),
  }
  static override flags = { project: Flags.boolean({ description: "Into this repository's .codex/skills." }) }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(SkillsNew)
    const kernel = await this.kernel(flags)
    const place = { isProject: flags.project, packageRoot: this.config.root }
    this.print(await writeNewDefinition('skill', args.name, kernel, place), flags)
  }
}
