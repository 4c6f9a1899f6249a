import { drawPlan } from '../output/run/draw-plan.ts'
import { eventLine } from '../output/run/render-run.ts'
import { sourceText } from '../output/run/run-text.ts'
import type { PlannedRun } from '../plugin-api/run.ts'
import { terminalJson } from '../plugin-api/terminal-json.ts'
import { terminalLine, terminalText } from '../plugin-api/terminal-text.ts'
import { writeErr, writeOut } from './process-deps.ts'
import type { ShowRunOptions } from './show-run.ts'

/** Shows a plan that nobody carries out: what whoever made it had to say on stderr, the plan and who takes what on stdout. */
export function showPlannedRun(goal: string, planned: PlannedRun, { json, format }: ShowRunOptions): void {
  const { plan, assignments, items, maxParallel, workflow } = planned
  if (json || format === 'json') {
    const data = { goal, ...plan, max_parallel: maxParallel, ...(workflow && { workflow: workflow.id }), assignments }
    writeOut(`${terminalJson(data, 2)}\n`)
    return
  }
  for (const item of items) {
    const line = eventLine({ type: 'item.completed', item })
    if (line !== undefined) writeErr(`${terminalLine(line)}\n`)
  }
  // Roles are drawn as the agents that they fell to.
  const tasks = plan.tasks.map((task, index) => {
    const { agent = null, reason = '' } = assignments[index] ?? {}
    return agent === null ? { ...task, role: `${task.role ?? ''}: nobody, ${reason}` } : { ...task, agent }
  })
  writeOut(`${terminalText(drawPlan({ ...plan, tasks, max_parallel: maxParallel }))}\n`)
  writeErr(`nothing was run: ${sourceText[plan.source]}\n`)
}
