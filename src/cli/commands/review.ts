import { BaseCommand } from '../../plugin-api/base-command.ts'
import { threadFlagsOf } from '../thread-flags.ts'

/** Only its help is oclif's: the front door hands `codex review` to `codex exec review`. */
export default class Review extends BaseCommand {
  static override summary = 'Review changes: uncommitted ones, those since a branch, or those of a commit.'
  static override usage = [
    'review [OPTIONS] [--uncommitted] [INSTRUCTIONS]',
    'review [OPTIONS] --base BRANCH [INSTRUCTIONS]',
    'review [OPTIONS] --commit SHA [--title TITLE] [INSTRUCTIONS]',
  ]
  static override strict = false
  static override flags = threadFlagsOf('review')

  async run(): Promise<void> {
    const { runExec } = await import('../run-exec.ts')
    await runExec({ argv: ['review', ...this.argv], packageRoot: this.config.root, version: this.config.version })
  }
}
