import { dotPlan, drawPlan, mermaidPlan } from '../../../output/run/draw-plan.ts'
import { Args, BaseCommand, Flags } from '../../../plugin-api/base-command.ts'
import { planOfWorkflow } from '../../../plugin-api/workflow.ts'
import { workflowNamed } from '../../workflow-named.ts'

const formats = ['text', 'mermaid', 'dot'] as const

export default class WorkflowsShow extends BaseCommand {
  static override summary = 'Draw a workflow: which task comes behind which, who takes it, what it waits for.'
  static override args = { id: Args.string({ required: true, description: 'Id of the workflow.', ignoreStdin: true }) }
  static override flags = {
    format: Flags.option({ options: formats, default: 'text' as const, description: 'How it is drawn.' })(),
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(WorkflowsShow)
    const { id, value, origin, shadows } = await workflowNamed(args.id, await this.kernel(flags))
    const plan = planOfWorkflow(value)
    const head = `# ${origin.file}\n${id}: ${value.workflow.description}\n`
    const drawn = { text: () => `${head}${drawPlan(plan)}`, mermaid: () => mermaidPlan(plan), dot: () => dotPlan(plan) }
    this.print({ text: drawn[flags.format](), data: { ...value, origin, shadows } }, flags)
  }
}
