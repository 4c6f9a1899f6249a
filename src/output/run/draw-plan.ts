import type { Plan, Task, TaskGate } from '../../plugin-api/index.ts'
import { planNeeds, tasksBefore } from '../../plugin-api/plan-graph.ts'
import { terminalLine } from '../../plugin-api/terminal-text.ts'

/** A plan as it is drawn. */
export type PlanToDraw = Pick<Plan, 'strategy' | 'merge' | 'judge' | 'max_parallel' | 'tasks'>

/** A plan in lines: its tasks by steps, each with who takes it and what it waits for. The same plan gives the same text. */
export function drawPlan(plan: PlanToDraw): string {
  const { tasks, strategy, merge, judge, max_parallel: most } = plan
  const steps = stepsOf(plan)
  const width = Math.max(...tasks.map(({ id }) => id.length))
  const titles = Math.max(...tasks.map(({ title }) => terminalLine(title).length))
  const needs = planNeeds(plan)
  const head = [
    `strategy ${strategy}`,
    `merge ${merge}${judge === undefined ? '' : ` by ${judge}`}`,
    ...(most === undefined ? [] : [`at most ${most} at once`]),
  ].join(', ')
  const drawn = steps.map((step, index) => {
    const rows = step.map((task, at) => {
      const number = at === 0 ? String(index + 1).padStart(2) : '  '
      const more = [
        ...(task.required ? [] : ['not required']),
        ...(task.retries > 0 ? [`${task.retries} more ${task.retries === 1 ? 'try' : 'tries'}`] : []),
      ]
      const line = `${number}  ${task.id.padEnd(width)}  ${terminalLine(task.title).padEnd(titles)}  ${takerOf(task)}`
      const indent = `\n${' '.repeat(width + 6)}`
      const waits = strategy === 'hybrid' ? (needs.get(task.id) ?? []) : []
      const below = [
        ...(waits.length > 0 ? [`after ${waits.join(', ')}`] : []),
        ...task.gates.map((gate) => `gate: ${gateText(gate)}`),
        ...(task.write.length > 0 ? [`writes ${task.write.join(', ')}`] : []),
        ...more,
      ]
      return [line.trimEnd(), ...below.map(terminalLine)].join(indent)
    })
    return rows.join('\n')
  })
  return [head, '', drawn.join('\n  |\n')].join('\n')
}

/** The same as a Mermaid flowchart. */
export function mermaidPlan(plan: PlanToDraw): string {
  const nodes = plan.tasks.map(
    (task) => `  ${task.id}["${markup(task.title)}<br/>${markup(takerOf(task))}"]${task.required ? '' : ':::optional'}`,
  )
  const edges = edgesOf(plan).map(([from, to]) => `  ${from} --> ${to}`)
  const styles = plan.tasks.every(({ required }) => required) ? [] : ['  classDef optional stroke-dasharray: 5 5']
  return ['flowchart TD', ...nodes, ...edges, ...styles].join('\n')
}

/** The same in the language of Graphviz. */
export function dotPlan(plan: PlanToDraw): string {
  const text = (value: string) => terminalLine(value).replaceAll('\\', '\\\\').replaceAll('"', '\\"')
  const nodes = plan.tasks.map(
    (task) =>
      `  "${task.id}" [label="${text(task.title)}\\n${text(takerOf(task))}"${task.required ? '' : ', style=dashed'}]`,
  )
  const edges = edgesOf(plan).map(([from, to]) => `  "${from}" -> "${to}"`)
  return ['digraph plan {', '  node [shape=box]', ...nodes, ...edges, '}'].join('\n')
}

/** Tasks by the longest way to them: those of one step wait for none of their own step. */
function stepsOf(plan: PlanToDraw): readonly (readonly Task[])[] {
  const needs = planNeeds(plan)
  const depths = new Map<string, number>()
  const depthOf = (id: string): number => {
    const known = depths.get(id)
    if (known !== undefined) return known
    const depth = 1 + Math.max(-1, ...(needs.get(id) ?? []).map(depthOf))
    depths.set(id, depth)
    return depth
  }
  const steps: Task[][] = []
  for (const task of plan.tasks) {
    const step = depthOf(task.id)
    for (let at = steps.length; at <= step; at += 1) steps.push([])
    steps[step]?.push(task)
  }
  return steps
}

/** What comes right before what: an edge that another way makes plain anyway is left out. */
function edgesOf(plan: PlanToDraw): readonly (readonly [string, string])[] {
  const needs = planNeeds(plan)
  const before = tasksBefore(needs)
  return plan.tasks.flatMap(({ id }) => {
    const own = needs.get(id) ?? []
    return own.filter((need) => !own.some((other) => before.get(other)?.has(need))).map((need) => [need, id] as const)
  })
}

const takerOf = ({ agent, role }: Task): string => agent ?? `role ${role ?? ''}`

function gateText(gate: TaskGate): string {
  if (gate.type === 'person') return `a person says yes to "${gate.question}"`
  if (gate.type === 'result') return `${gate.task} is ${gate.is}`
  const { at_least: least, at_most: most, at_or_above: severity, tasks } = gate
  const count = [
    ...(least === undefined ? [] : [`at least ${least}`]),
    ...(most === undefined ? [] : [`at most ${most}`]),
  ]
  return `${count.join(' and ')} findings at or above ${severity}${tasks.length > 0 ? ` in ${tasks.join(', ')}` : ''}`
}

const markup = (text: string): string =>
  terminalLine(text).replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
