import { runFormats } from '../../output/run/run-document.ts'
import { Args, BaseCommand, Flags } from '../../plugin-api/base-command.ts'
import { severities } from '../../plugin-api/severity.ts'
import { mergeStrategies, strategies } from '../../plugin-api/workflow.ts'
import { resumeFlag } from '../resume-flag.ts'
import { runTeam } from '../run-team.ts'
import { assertResumedAlone, supervisorGoal } from '../supervisor-goal.ts'
import { plainFlag } from '../wants-plain.ts'

export default class Supervisor extends BaseCommand {
  static override summary = 'Have several agents reach a goal: plan, assign, run, merge. With --json, one event a line.'
  static override description =
    'A model makes the plan where one can be used. Else the workflow that is for such a goal is taken, or the agents that the router scores. Exit 0: all required tasks are done; 1: some are not.'
  static override strict = false
  static override args = {
    goal: Args.string({ description: 'What is to be reached; - reads it from standard input.', ignoreStdin: true }),
  }
  static override flags = {
    agents: Flags.string({
      multiple: true,
      multipleNonGreedy: true,
      delimiter: ',',
      helpValue: 'A,B',
      description: 'Agents that may take part, by id, alias or role. Default: all.',
    }),
    strategy: Flags.option({ options: strategies, description: 'How the tasks go together.' })(),
    merge: Flags.option({ options: mergeStrategies, description: 'How their results become one.' })(),
    judge: Flags.string({ description: 'Agent that scores the answers, for --merge highest-score.' }),
    workflow: Flags.string({ description: 'Take the tasks of this workflow.', exclusive: ['agents'] }),
    'max-parallel': Flags.integer({ min: 1, description: 'Tasks that run at the same time, at most.' }),
    format: Flags.option({ options: runFormats, description: 'How the result is written. Default text.' })(),
    output: Flags.string({ char: 'o', description: 'File to write the result to, whole.' }),
    'fail-on': Flags.option({
      options: severities,
      description: 'Exit with 3 where a finding is so grave, or graver.',
    })(),
    playbook: Flags.boolean({ description: 'Use no model: run the playbooks of the agents.' }),
    'dry-run': Flags.boolean({ description: 'Show the plan and begin nothing. Where a model plans, it is asked.' }),
    resume: resumeFlag,
    plain: plainFlag,
  }
  static override examples = [
    '<%= config.bin %> supervisor "review the code and look for what can be attacked"',
    '<%= config.bin %> supervisor "add a login" --agents Security,Backend --dry-run',
    '<%= config.bin %> supervisor "comprehensive code review" --playbook --format html --output review.html',
  ]

  async run(): Promise<void> {
    const { argv, flags } = await this.parse(Supervisor)
    const { agents, strategy, merge, judge, workflow, resume } = flags
    if (resume !== undefined) assertResumedAlone(resume, argv.length > 0, flags)
    const plan = {
      ...(agents && { agents: agents.map((name) => name.trim()).filter(Boolean) }),
      ...(strategy && { strategy }),
      ...(merge && { merge }),
      ...(judge !== undefined && { judge }),
      ...(workflow !== undefined && { workflow }),
    }
    process.exitCode = await runTeam(
      this.config,
      async (_, signal) =>
        resume === undefined
          ? { goal: await supervisorGoal(argv.map(String), workflow !== undefined, signal), plan }
          : { resume },
      flags,
    )
  }
}
