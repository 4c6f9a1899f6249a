import { BaseCommand } from '../../plugin-api/base-command.ts'
import { threadFlagsOf } from '../thread-flags.ts'

/** Only its help is oclif's: the front door parses `codex resume` itself. */
export default class Resume extends BaseCommand {
  static override summary = 'Go on with a kept thread.'
  static override usage = ['resume [OPTIONS] [ID | NAME | --last [--all]] [PROMPT | -]']
  static override strict = false
  static override flags = threadFlagsOf('resume')

  async run(): Promise<void> {
    const { runResume } = await import('../run-resume.ts')
    const argv = ['resume', ...this.argv]
    await runResume({ argv, packageRoot: this.config.root, version: this.config.version })
  }
}
