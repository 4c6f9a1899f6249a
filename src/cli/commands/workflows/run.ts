import { Args, BaseCommand, Flags } from '../../../plugin-api/base-command.ts'
import { severities } from '../../../plugin-api/severity.ts'
import { runWorkflow } from '../../run-workflow.ts'

export default class WorkflowsRun extends BaseCommand {
  static override summary = 'Run a workflow: each task is a thread of its agent. With --json, one event a line.'
  static override args = { id: Args.string({ required: true, description: 'Id of the workflow.', ignoreStdin: true }) }
  static override flags = {
    playbook: Flags.boolean({ description: 'Run the playbooks of the agents, with no model.' }),
    'max-parallel': Flags.integer({ min: 1, description: 'Tasks that run at the same time, at most.' }),
    'fail-on': Flags.option({
      options: severities,
      description: 'Exit with 3 where a finding is so grave, or graver.',
    })(),
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(WorkflowsRun)
    process.exitCode = await runWorkflow(this.config, args.id, flags)
  }
}
