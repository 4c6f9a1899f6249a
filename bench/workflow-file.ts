import type { MergeStrategy, Strategy } from '../src/plugin-api/workflow.ts'

/** A task of a workflow that is measured. */
export interface MeasuredTask {
  readonly id: string
  readonly prompt: string
  readonly needs?: readonly string[]
  /** Globs that it may write. Absent: none. */
  readonly write?: readonly string[]
  /** True: nobody has its role, so that it is blocked, and the run is done without it. */
  readonly isBlocked?: boolean
}

/** How the tasks go together. Absent: as their `needs` say, and all answers are put together. */
export interface MeasuredPlan {
  readonly strategy?: Strategy
  readonly merge?: MergeStrategy
}

/** The workflow `measured` and the agent that takes its tasks, by path under CODEX_HOME. */
export function workflowFile(
  tasks: readonly MeasuredTask[],
  { strategy = 'hybrid', merge = 'concatenate' }: MeasuredPlan = {},
): Record<string, string> {
  const judge = merge === 'highest-score' ? 'judge = "measured-agent"\n' : ''
  const head = `[workflow]\nid = "measured"\ndescription = "A measurement"\nstrategy = "${strategy}"\nmerge = "${merge}"\n${judge}`
  const workflow = tasks.length > 0 && { 'workflows/measured.toml': [head, ...tasks.map(taskTable)].join('\n') }
  return { ...workflow, 'agents/measured-agent.toml': agent }
}

const agent = `[agent]
id = "measured-agent"
name = "Measured"
description = "Takes the tasks of a measurement"

[prompt]
system = "You do what you are asked."
`

function taskTable({ id, prompt, needs = [], write = [], isBlocked = false }: MeasuredTask): string {
  const taker = isBlocked ? 'role = "nobody"\nrequired = false' : 'agent = "measured-agent"'
  const lists = `needs = ${JSON.stringify(needs)}\nwrite = ${JSON.stringify(write)}`
  return `[[tasks]]\nid = "${id}"\ntitle = "Task ${id}"\nprompt = "${prompt}"\n${taker}\n${lists}\n`
}
