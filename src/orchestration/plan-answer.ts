import { z } from 'zod'
import { nearestNames } from '../kernel/nearest-names.ts'
import type { Plan, Strategy } from '../plugin-api/index.ts'
import { planProblems } from '../plugin-api/plan-problems.ts'
import { strategies, taskSchema } from '../plugin-api/workflow.ts'

/** Tasks that a model may plan at most. A workflow file may have more. */
export const maxPlannedTasks = 20

/** What the agent that plans answers. All fields are required, as strict output schemas of providers want it; what they mean is checked by us. */
const answerSchema = z.strictObject({
  strategy: z.enum(strategies).describe('How the tasks go together.'),
  tasks: z
    .array(
      z.strictObject({
        id: z.string().describe('Short: lower-case letters, digits, _ and -, a letter first.'),
        title: z.string().describe('One line for people.'),
        prompt: z.string().describe('All that its agent needs to know to do it.'),
        agent: z.string().describe('Id of the agent that takes it, one of those that are listed.'),
        needs: z
          .array(z.string())
          .describe('Ids of tasks whose results it needs; empty unless the strategy is hybrid.'),
        paths: z.array(z.string()).describe('Files or folders that it is about; empty: the whole repository.'),
        write: z
          .array(z.string())
          .describe('Globs of what it changes, relative to the root; empty: it changes nothing.'),
        required: z.boolean().describe('Whether the goal is missed without it.'),
      }),
    )
    .describe(`1 to ${maxPlannedTasks} tasks.`),
})

/** The JSON Schema of such an answer. */
export const planAnswerJsonSchema: Readonly<Record<string, unknown>> = z.toJSONSchema(answerSchema)

/** What a plan of a model is held against. */
export interface PlanBounds {
  /** Ids of the agents that may take a task. */
  readonly agents: readonly string[]
  /** What the person asked for; absent: the model chooses. */
  readonly strategy?: Strategy | undefined
  readonly merge: Plan['merge']
  readonly judge?: string | undefined
}

/** A plan, or all that is wrong with it, one line each with its place. */
export type ReadPlan = { readonly plan: Plan } | { readonly problems: readonly string[] }

/** Reads the answer of the agent that plans. The limits of a task (time, retries, gates) are the usual ones: a model sets none. */
export function readPlanAnswer(text: string, bounds: PlanBounds): ReadPlan {
  const parsed = answerSchema.safeParse(jsonOf(text))
  if (!parsed.success) return { problems: issuesOf(parsed.error, []) }
  const { strategy, tasks: given } = parsed.data
  if (given.length === 0) return { problems: ['tasks: there is none'] }
  if (given.length > maxPlannedTasks)
    return { problems: [`tasks: there are ${given.length}, and at most ${maxPlannedTasks} are allowed`] }
  const read = given.map((task) => taskSchema.safeParse(task))
  const tasks = read.flatMap(({ data }) => (data ? [data] : []))
  const shape = read.flatMap(({ error }, index) => (error ? issuesOf(error, ['tasks', index]) : []))
  const { merge, judge } = bounds
  const plan: Plan = { strategy: bounds.strategy ?? strategy, merge, judge, tasks, source: 'model' }
  const problems = [
    ...shape,
    ...given.flatMap(({ agent }, index) => agentProblem(agent, index, bounds.agents)),
    ...(shape.length > 0
      ? []
      : planProblems(plan).map(({ path, message, hint = '' }) => `${pathText(path)}: ${message}. ${hint}`.trim())),
  ]
  return problems.length > 0 ? { problems } : { plan }
}

function agentProblem(agent: string, index: number, known: readonly string[]): readonly string[] {
  if (known.includes(agent)) return []
  const near = nearestNames(agent, known)
  const offer = near.length > 0 ? `; near: ${near.join(', ')}` : `; there are: ${known.join(', ')}`
  return [`tasks[${index}].agent: no agent "${agent}" may take part${offer}`]
}

function issuesOf({ issues }: z.ZodError, before: readonly (string | number)[]): readonly string[] {
  return issues.map(({ path, message }) => {
    const place = pathText([...before, ...path.map((part) => (typeof part === 'number' ? part : String(part)))])
    return place === '' ? message : `${place}: ${message}`
  })
}

/** `['tasks', 2, 'needs', 0]` as `tasks[2].needs[0]`. */
const pathText = (path: readonly (string | number)[]): string =>
  path.map((part, at) => (typeof part === 'number' ? `[${part}]` : at === 0 ? part : `.${part}`)).join('')

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
