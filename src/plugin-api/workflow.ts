import { z } from 'zod'
import type { Immutable } from './immutable.ts'
import { severities } from './severity.ts'

/**
 * How the tasks of a plan go together: all at once; one behind the other, each told what the ones before it found; all at once with messages
 * between the agents; in the order that `needs` says.
 */
export const strategies = ['parallel', 'sequential', 'collaborative', 'hybrid'] as const
/** One of them. */
export type Strategy = (typeof strategies)[number]

/** How the results of a plan become one: all of them in order; the one that the agents vote for; the one that a judge scores highest. */
export const mergeStrategies = ['concatenate', 'voting', 'highest-score'] as const
/** One of them. */
export type MergeStrategy = (typeof mergeStrategies)[number]

const taskId = z
  .string()
  .regex(/^[a-z][a-z0-9_-]*$/, 'lower-case letters, digits, _ and -, a letter first')
  .max(64)

/** What has to hold before a task begins, looked at once when all that it needs has ended. */
export const taskGateSchema = z.discriminatedUnion('type', [
  z
    .strictObject({
      type: z.literal('result'),
      task: taskId.describe('A task that this one needs.'),
      is: z
        .enum(['done', 'failed', 'ended'])
        .default('done')
        .describe('How that task has to have ended; `ended`: in any way. It stands in place of "it is done".'),
    })
    .describe('Another task ended in a certain way.'),
  z
    .strictObject({
      type: z.literal('findings'),
      at_or_above: z.enum(severities).describe('Findings of this severity and of graver ones count.'),
      tasks: z
        .array(taskId)
        .default([])
        .describe('Whose findings count, all of them tasks that this one needs. Empty: of all that it needs.'),
      at_least: z.int().nonnegative().optional().describe('The gate is open from so many on. Absent: from none.'),
      at_most: z.int().nonnegative().optional().describe('The gate is open up to so many. Absent: however many.'),
    })
    .refine((gate) => gate.at_least !== undefined || gate.at_most !== undefined, {
      message: 'A gate on findings says how many there may be',
      params: { expected: 'at_least, at_most or both' },
    })
    .describe('How many findings there are so far.'),
  z
    .strictObject({
      type: z.literal('person'),
      question: z.string().min(1).describe('What the person is asked; yes opens the gate.'),
    })
    .describe('A person agrees. Where nobody is there, the task is blocked.'),
])
/** What has to hold before a task begins. */
export type TaskGate = Immutable<z.infer<typeof taskGateSchema>>

/** One task of a plan. */
export const taskSchema = z.strictObject({
  id: taskId.describe('How other tasks name it.'),
  title: z.string().min(1).max(200).describe('One line for people.'),
  prompt: z.string().min(1).describe('What the agent is asked, as plain text: no /command and no @agent.'),
  agent: z.string().min(1).optional().describe('Id or alias of the agent. A task has this or `role`.'),
  role: z
    .string()
    .min(1)
    .optional()
    .describe(
      'Alias of an agent who takes it; where nobody has that role, the task is blocked. A task has this or `agent`.',
    ),
  paths: z.array(z.string().min(1)).default([]).describe('Files that it is about. Empty: whatever the agent looks at.'),
  needs: z
    .array(taskId)
    .default([])
    .describe(
      'Tasks that have ended before it begins; their results are handed to it. Only with `strategy = "hybrid"`.',
    ),
  write: z
    .array(z.string().min(1))
    .default([])
    .describe('Globs of what it may write, relative to the root of the repository. Empty: nothing.'),
  required: z
    .boolean()
    .default(true)
    .describe(
      'Whether the run has failed where this task is not done. What needs one that is not required begins without its result.',
    ),
  gates: z.array(taskGateSchema).default([]).describe('What has to hold before it begins.'),
  retries: z.int().min(0).max(10).default(0).describe('How often it is tried again after it failed.'),
  timeout_ms: z.int().positive().max(86_400_000).default(1_800_000).describe('Milliseconds that one attempt may take.'),
})
/** One task of a plan. */
export type Task = Immutable<z.infer<typeof taskSchema>>

const plan = {
  strategy: z.enum(strategies).default('hybrid').describe('How the tasks go together.'),
  merge: z.enum(mergeStrategies).default('concatenate').describe('How their results become one.'),
  judge: z
    .string()
    .min(1)
    .optional()
    .describe('Id or alias of the agent that scores the results; only with `merge = "highest-score"`, which needs it.'),
  max_parallel: z
    .int()
    .positive()
    .optional()
    .describe('Tasks that run at the same time. Absent: `agents.max_parallel_agents`, which it never exceeds.'),
  max_runtime_seconds: z
    .int()
    .positive()
    .max(604_800)
    .optional()
    .describe(
      'Seconds that the whole run may take; what runs then is stopped. A run that is gone on with has them again. Absent: no bound.',
    ),
}

/** A workflow file. `docs/reference/workflow.schema.json` is generated from it. */
export const workflowSchema = z.strictObject({
  workflow: z
    .strictObject({
      id: z
        .string()
        .regex(/^[a-z][a-z0-9-]*$/, 'lower-case letters, digits and -, a letter first')
        .max(64)
        .describe('Run by it: codex workflows run ID.'),
      description: z.string().min(1).max(400).describe('One line for lists.'),
      goals: z
        .array(z.string().min(1).max(200))
        .max(100)
        .default([])
        .describe(
          'Goals that it is for: where there is no model, `codex supervisor` takes it for one that is the same, or that has these words one behind the other. Empty: only where it is named.',
        ),
      ...plan,
    })
    .describe('What the file is, and how its tasks go together.'),
  tasks: z
    .array(taskSchema)
    .min(1)
    .max(200)
    .describe('The tasks; where order matters and nothing else says it, theirs.'),
})
/** A workflow file. */
export type WorkflowDefinition = Immutable<z.infer<typeof workflowSchema>>

/** Who may have made a plan: a model, a workflow file, the scores of the router, or the person who named the agents. */
export const planSources = ['model', 'workflow', 'router', 'person'] as const

/** Tasks that are to be carried out, whoever made them up. */
export interface Plan {
  /** How the tasks go together. */
  readonly strategy: Strategy
  /** How their results become one. */
  readonly merge: MergeStrategy
  /** Id or alias of the agent that scores the results. */
  readonly judge?: string | undefined
  /** Tasks that run at the same time. Absent: as the configuration says. */
  readonly max_parallel?: number | undefined
  /** Seconds that the whole run may take, from 1 to 604,800. Absent: no bound. */
  readonly max_runtime_seconds?: number | undefined
  /** In the order of the plan, which settles ties. */
  readonly tasks: readonly Task[]
  /** Who made the plan. */
  readonly source: (typeof planSources)[number]
}

/** The plan that a workflow file is. */
export function planOfWorkflow({ workflow, tasks }: WorkflowDefinition): Plan {
  const { strategy, merge, judge, max_parallel, max_runtime_seconds } = workflow
  return { strategy, merge, judge, max_parallel, max_runtime_seconds, tasks, source: 'workflow' }
}
