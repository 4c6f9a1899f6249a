import { BaseCommand } from '../../plugin-api/base-command.ts'
import { threadFlags } from '../thread-flags.ts'

/** Only its help is oclif's: the front door parses a thread's options itself. */
export default class Agent extends BaseCommand {
  static override summary = 'Run one agent on a task.'
  static override usage = 'agent ID "TASK" [PATHS] [OPTIONS]'
  static override strict = false
  static override flags = threadFlags

  async run(): Promise<void> {
    const { runAgent } = await import('../run-prompt.ts')
    await runAgent({ argv: this.argv, packageRoot: this.config.root, version: this.config.version })
  }
}
