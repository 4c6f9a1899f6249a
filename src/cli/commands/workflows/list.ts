import { BaseCommand } from '../../../plugin-api/base-command.ts'
import { workflows } from '../../workflow-named.ts'

export default class WorkflowsList extends BaseCommand {
  static override summary = 'List the workflows: tasks for several agents, and where each comes from.'

  async run(): Promise<void> {
    const { flags } = await this.parse(WorkflowsList)
    const all = await workflows(await this.kernel(flags))
    const data = all.map(({ id, value, origin, shadows }) => ({
      ...{ id, description: value.workflow.description, strategy: value.workflow.strategy },
      tasks: value.tasks.length,
      ...{ file: origin.file, layer: origin.layer, trusted: origin.trusted },
      ...(origin.plugin !== undefined && { plugin: origin.plugin }),
      shadows: shadows.map(({ file }) => file),
    }))
    const width = Math.max(0, ...data.map(({ id }) => id.length))
    const lines = data.map(({ id, description, tasks, strategy, layer, plugin }) => {
      const count = `${tasks} ${tasks === 1 ? 'task' : 'tasks'}, ${strategy}`
      return `${id.padEnd(width)}  ${description}  (${count})  [${plugin ?? layer}]`
    })
    this.print({ text: lines.length > 0 ? lines.join('\n') : 'There are no workflows.', data }, flags)
  }
}
