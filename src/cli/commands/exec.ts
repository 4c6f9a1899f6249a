import { BaseCommand } from '../../plugin-api/base-command.ts'
import { threadFlags } from '../thread-flags.ts'

/** Only its help is oclif's: the front door parses `codex exec` itself, since callers write options before `resume`. */
export default class Exec extends BaseCommand {
  static override summary = 'Run one turn without questions, for scripts.'
  static override usage = [
    'exec [OPTIONS] [PROMPT | -]',
    'exec [OPTIONS] resume [ID | --last [--all]] [PROMPT]',
    'exec [OPTIONS] fork [--at TURN] [ID | --last [--all]] [PROMPT]',
    'exec [OPTIONS] review [--base BRANCH | --commit SHA] [INSTRUCTIONS]',
  ]
  static override strict = false
  static override flags = threadFlags

  async run(): Promise<void> {
    const { runExec } = await import('../run-exec.ts')
    await runExec({ argv: this.argv, packageRoot: this.config.root, version: this.config.version })
  }
}
