import { runFormats } from '../../../output/run/run-document.ts'
import { Args, BaseCommand, Flags } from '../../../plugin-api/base-command.ts'
import { CodexError } from '../../../plugin-api/errors.ts'
import { severities } from '../../../plugin-api/severity.ts'
import { planOfWorkflow } from '../../../plugin-api/workflow.ts'
import { resumeFlag } from '../../resume-flag.ts'
import { runTeam } from '../../run-team.ts'
import { plainFlag } from '../../wants-plain.ts'
import { workflowNamed } from '../../workflow-named.ts'

export default class WorkflowsRun extends BaseCommand {
  static override summary = 'Run a workflow: each task is a thread of its agent. With --json, one event a line.'
  static override args = {
    id: Args.string({ description: 'Id of the workflow. Absent: with --resume.', ignoreStdin: true }),
  }
  static override flags = {
    resume: resumeFlag,
    playbook: Flags.boolean({ description: 'Run the playbooks of the agents, with no model.' }),
    'max-parallel': Flags.integer({ min: 1, description: 'Tasks that run at the same time, at most.' }),
    format: Flags.option({ options: runFormats, description: 'How the result is written. Default text.' })(),
    output: Flags.string({ char: 'o', description: 'File to write the result to, whole.' }),
    plain: plainFlag,
    'fail-on': Flags.option({
      options: severities,
      description: 'Exit with 3 where a finding is so grave, or graver.',
    })(),
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(WorkflowsRun)
    const { id } = args
    const { resume } = flags
    if (id !== undefined && resume !== undefined) {
      throw new CodexError('usage.arguments', 'A run that goes on has its workflow: leave its id out', {
        hint: `codex workflows run --resume ${resume}`,
      })
    }
    process.exitCode = await runTeam(
      this.config,
      async (runtime) => {
        if (resume !== undefined) return { resume }
        if (id === undefined) {
          throw new CodexError('usage.arguments', 'The id of a workflow, or --resume RUN, is missing', {
            hint: 'codex workflows list shows the workflows.',
          })
        }
        const { value, origin } = await workflowNamed(id, runtime)
        return { goal: value.workflow.description, plan: planOfWorkflow(value), workflow: { id, origin } }
      },
      flags,
    )
  }
}
