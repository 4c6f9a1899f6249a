import { globsMayMeet } from './globs-may-meet.ts'
import { planNeeds, tasksBefore } from './plan-graph.ts'
import type { Plan, Task } from './workflow.ts'

/** Why a plan cannot be carried out. */
export interface PlanProblem {
  /** What kind of problem it is. */
  readonly code: 'task' | 'needs' | 'cycle' | 'unreachable' | 'gate' | 'scopes' | 'judge'
  /** What is wrong, without its place. */
  readonly message: string
  /** Where in the plan: `['tasks', 2, 'needs', 0]`; `['judge']` of the plan itself. */
  readonly path: readonly (string | number)[]
  /** One thing to do. */
  readonly hint?: string
  /** Of a cycle: each task, what it needs, and where it says so. */
  readonly edges?: readonly {
    readonly from: string
    readonly to: string
    readonly path: readonly (string | number)[]
  }[]
}

/**
 * All that is wrong with a plan in itself, in its order; empty: it can be carried out. Whether its agents exist is not looked at. A plan that a
 * model made is checked by the same rules as a workflow file.
 */
export function planProblems(plan: Pick<Plan, 'strategy' | 'merge' | 'judge' | 'tasks'>): readonly PlanProblem[] {
  const { tasks } = plan
  const needs = planNeeds(plan)
  const before = tasksBefore(needs)
  const ofTasks = tasks.flatMap((task, index) => [
    ...nameProblems(task, index, tasks),
    ...needsProblems(task, index, plan),
    ...gateProblems(task, index, before.get(task.id) ?? new Set()),
  ])
  const cycles = cycleProblems(tasks, needs, before)
  return [
    ...judgeProblems(plan),
    ...ofTasks,
    ...cycles,
    ...unreachableProblems(tasks, before),
    ...(cycles.length > 0 ? [] : scopeProblems(tasks, before)),
  ]
}

function judgeProblems({ merge, judge }: Pick<Plan, 'merge' | 'judge'>): readonly PlanProblem[] {
  if (merge === 'highest-score' && judge === undefined) {
    const hint = 'Name an agent that scores the answers: judge = "AGENT".'
    return [{ code: 'judge', message: 'merge = "highest-score" needs a judge', path: ['merge'], hint }]
  }
  if (merge !== 'highest-score' && judge !== undefined) {
    return [{ code: 'judge', message: 'A judge is for merge = "highest-score" alone', path: ['judge'] }]
  }
  return []
}

function nameProblems(task: Task, index: number, tasks: readonly Task[]): readonly PlanProblem[] {
  const problems: PlanProblem[] = []
  const path = ['tasks', index]
  if (tasks.findIndex(({ id }) => id === task.id) < index) {
    problems.push({ code: 'task', message: `There are two tasks "${task.id}"`, path: [...path, 'id'] })
  }
  if ((task.agent === undefined) === (task.role === undefined)) {
    const message = `The task "${task.id}" has ${task.agent === undefined ? 'neither agent nor role' : 'both agent and role'}`
    problems.push({
      code: 'task',
      message,
      path: task.agent === undefined ? path : [...path, 'role'],
      hint: 'Give it one of them.',
    })
  }
  if (/^\s*[/@]\S/.test(task.prompt)) {
    const hint = 'Say it in words; the agent is named by agent or role.'
    problems.push({
      code: 'task',
      message: 'A prompt of a task is plain text and begins with no / or @',
      path: [...path, 'prompt'],
      hint,
    })
  }
  task.write.forEach((glob, at) => {
    if (!/^(?:\/|~|[A-Za-z]:)|(?:^|\/)\.\.(?:\/|$)/.test(glob)) return
    const message = `"${glob}" leads out of the repository`
    problems.push({ code: 'scopes', message, path: [...path, 'write', at], hint: 'Globs are relative to its root.' })
  })
  return problems
}

function needsProblems(
  task: Task,
  index: number,
  { strategy, tasks }: Pick<Plan, 'strategy' | 'tasks'>,
): readonly PlanProblem[] {
  const ids = tasks.map(({ id }) => id)
  return task.needs.flatMap((need, at): PlanProblem[] => {
    const path = ['tasks', index, 'needs', at]
    if (!ids.includes(need)) {
      return [
        {
          code: 'needs',
          message: `The task "${task.id}" needs "${need}", which is no task`,
          path,
          hint: `There are: ${ids.join(', ')}.`,
        },
      ]
    }
    if (strategy === 'parallel' || strategy === 'collaborative') {
      const message = `The task "${task.id}" needs "${need}", and all tasks of a ${strategy} plan begin at the same time`
      return [{ code: 'needs', message, path, hint: 'Take needs away, or write strategy = "hybrid".' }]
    }
    if (strategy === 'sequential' && ids.indexOf(need) >= index) {
      const message = `The task "${task.id}" needs "${need}", which does not stand before it`
      return [{ code: 'needs', message, path, hint: 'Change the order of the tasks, or write strategy = "hybrid".' }]
    }
    return []
  })
}

function gateProblems(task: Task, index: number, before: ReadonlySet<string>): readonly PlanProblem[] {
  return task.gates.flatMap((gate, at): PlanProblem[] => {
    const path = ['tasks', index, 'gates', at]
    if (gate.type === 'person') return []
    const named = gate.type === 'result' ? [gate.task] : gate.tasks
    const early = named.find((id) => !before.has(id))
    if (early !== undefined) {
      const message = `A gate of "${task.id}" looks at "${early}", which need not have ended by then`
      return [{ code: 'gate', message, path, hint: `Add "${early}" to its needs.` }]
    }
    if (gate.type === 'findings') {
      if (before.size === 0) {
        return [
          {
            code: 'gate',
            message: `A gate of "${task.id}" counts findings, and nothing comes before it`,
            path,
            hint: 'Name in needs whose findings count.',
          },
        ]
      }
      if ((gate.at_least ?? 0) <= (gate.at_most ?? Number.POSITIVE_INFINITY)) return []
      return [
        { code: 'unreachable', message: `The task "${task.id}" can never begin: at_least is more than at_most`, path },
      ]
    }
    const other = task.gates.find(
      (each, second) =>
        second < at && each.type === 'result' && each.task === gate.task && each.is !== gate.is && each.is !== 'ended',
    )
    if (other === undefined || gate.is === 'ended') return []
    return [
      {
        code: 'unreachable',
        message: `The task "${task.id}" can never begin: its gates want "${gate.task}" both done and failed`,
        path,
      },
    ]
  })
}

/** One for each group of tasks that wait for each other: the shortest way round, from the first of them in the plan. */
function cycleProblems(
  tasks: readonly Task[],
  needs: ReadonlyMap<string, readonly string[]>,
  before: ReadonlyMap<string, ReadonlySet<string>>,
): readonly PlanProblem[] {
  const told = new Set<string>()
  return tasks.flatMap(({ id }): PlanProblem[] => {
    if (told.has(id) || !before.get(id)?.has(id)) return []
    const round = shortestRound(id, needs)
    for (const other of before.get(id) ?? []) if (before.get(other)?.has(id)) told.add(other)
    const edges = round.map((from, at) => {
      const to = round[(at + 1) % round.length] ?? id
      const index = tasks.findIndex((task) => task.id === from)
      return { from, to, path: ['tasks', index, 'needs', tasks[index]?.needs.indexOf(to) ?? 0] }
    })
    const message = `Tasks wait for each other: ${[...round, id].join(' needs ')}`
    return [{ code: 'cycle', message, path: edges[0]?.path ?? ['tasks'], edges, hint: 'Take one of these needs away.' }]
  })
}

function shortestRound(start: string, needs: ReadonlyMap<string, readonly string[]>): readonly string[] {
  const ways: string[][] = [[start]]
  const seen = new Set<string>()
  for (let way = ways.shift(); way !== undefined; way = ways.shift()) {
    for (const next of needs.get(way.at(-1) ?? start) ?? []) {
      if (next === start) return way
      if (seen.has(next)) continue
      seen.add(next)
      ways.push([...way, next])
    }
  }
  return [start]
}

/** Tasks that are no part of a cycle, and come behind one or behind a task that is not there. */
function unreachableProblems(
  tasks: readonly Task[],
  before: ReadonlyMap<string, ReadonlySet<string>>,
): readonly PlanProblem[] {
  return tasks.flatMap(({ id }, index): PlanProblem[] => {
    const earlier = before.get(id) ?? new Set()
    const stuck = earlier.has(id) ? undefined : [...earlier].find((each) => before.get(each)?.has(each))
    if (stuck === undefined) return []
    return [
      {
        code: 'unreachable',
        message: `The task "${id}" can never begin: "${stuck}" waits for itself`,
        path: ['tasks', index],
      },
    ]
  })
}

/** Tasks that may run at the same time and write the same files. */
function scopeProblems(
  tasks: readonly Task[],
  before: ReadonlyMap<string, ReadonlySet<string>>,
): readonly PlanProblem[] {
  return tasks.flatMap((task, index) =>
    tasks.slice(0, index).flatMap((other): PlanProblem[] => {
      if (before.get(task.id)?.has(other.id) || before.get(other.id)?.has(task.id)) return []
      const at = task.write.findIndex((glob) => other.write.some((each) => globsMayMeet(glob, each)))
      const met = other.write.find((each) => globsMayMeet(task.write[at] ?? '', each))
      if (at < 0 || met === undefined) return []
      const message = `The tasks "${other.id}" and "${task.id}" may run at the same time, and both may write what "${met}" and "${task.write[at]}" match`
      const hint = 'Give them scopes that do not meet, or let one need the other.'
      return [{ code: 'scopes', message, path: ['tasks', index, 'write', at], hint }]
    }),
  )
}
