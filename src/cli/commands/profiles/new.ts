import { Args, BaseCommand, Flags } from '../../../plugin-api/base-command.ts'
import { writeNewDefinition } from '../../write-new-definition.ts'

export default class ProfilesNew extends BaseCommand {
  static override summary = 'Write a small working security profile to edit.'
  static override args = { name: Args.string({ required: true, description: 'Id of the profile.', ignoreStdin: true }) }
  static override flags = { project: Flags.boolean({ description: "Into this repository's .codex/profiles." }) }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(ProfilesNew)
    const kernel = await this.kernel(flags)
    const place = { isProject: flags.project, packageRoot: this.config.root }
    this.print(await writeNewDefinition('profile', args.name, kernel, place), flags)
  }
}
