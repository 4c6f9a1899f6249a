import { BaseCommand } from '../../plugin-api/base-command.ts'
import { threadFlagsOf } from '../thread-flags.ts'

/** Only its help is oclif's: the front door parses `codex fork` itself. */
export default class Fork extends BaseCommand {
  static override summary = 'Begin a copy of a kept thread, which stays as it is.'
  static override usage = ['fork [OPTIONS] [--at TURN] [ID | NAME | --last [--all]] [PROMPT | -]']
  static override strict = false
  static override flags = threadFlagsOf('fork')

  async run(): Promise<void> {
    const { runResume } = await import('../run-resume.ts')
    const argv = ['fork', ...this.argv]
    await runResume({ argv, packageRoot: this.config.root, version: this.config.version })
  }
}
