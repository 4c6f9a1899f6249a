import { Args, BaseCommand, Flags } from '../../plugin-api/base-command.ts'
import { lintResult } from '../lint-result.ts'

export default class Lint extends BaseCommand {
  static override summary =
    'Check commands, agents, profiles, policies, rules, configuration and kinds of plugins. Exit 1 where one has an error.'
  static override strict = false
  static override args = {
    path: Args.string({ description: 'Files and directories; none: everything that is loaded.', ignoreStdin: true }),
  }
  static override flags = {
    kind: Flags.string({
      description: 'Kind of the files: command, agent, profile, policy, config, or that of a plugin.',
    }),
    'max-warnings': Flags.integer({ description: 'Exit 1 with more warnings than these.', min: 0 }),
    format: Flags.string({
      description: 'github: annotations of a workflow.',
      options: ['text', 'github'],
      default: 'text',
    }),
  }
  static override examples = ['<%= config.bin %> lint', '<%= config.bin %> lint .codex --max-warnings 0']

  async run(): Promise<void> {
    const { argv, flags } = await this.parse(Lint)
    const { kind, format, 'max-warnings': maxWarnings } = flags
    this.print(await lintResult(this.config, flags, { paths: argv.map(String), kind, format, maxWarnings }), flags)
  }
}
