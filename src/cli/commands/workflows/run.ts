import { Args, BaseCommand, Flags } from '../../../plugin-api/base-command.ts'
import { CodexError } from '../../../plugin-api/errors.ts'
import { severities } from '../../../plugin-api/severity.ts'
import { runWorkflow } from '../../run-workflow.ts'

export default class WorkflowsRun extends BaseCommand {
  static override summary = 'Run a workflow: each task is a thread of its agent. With --json, one event a line.'
  static override args = {
    id: Args.string({ description: 'Id of the workflow. Absent: with --resume.', ignoreStdin: true }),
  }
  static override flags = {
    resume: Flags.string({
      description: 'Id of a run to go on with, or last: the newest of this directory.',
      exclusive: ['playbook'],
    }),
    playbook: Flags.boolean({ description: 'Run the playbooks of the agents, with no model.' }),
    'max-parallel': Flags.integer({ min: 1, description: 'Tasks that run at the same time, at most.' }),
    'fail-on': Flags.option({
      options: severities,
      description: 'Exit with 3 where a finding is so grave, or graver.',
    })(),
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(WorkflowsRun)
    if (args.id !== undefined && flags.resume !== undefined) {
      throw new CodexError('usage.arguments', 'A run that goes on has its workflow: leave its id out', {
        hint: `codex workflows run --resume ${flags.resume}`,
      })
    }
    process.exitCode = await runWorkflow(this.config, args.id, flags)
  }
}
