import { z } from 'zod'
import type { ApprovalAnswer, ApprovalRequest } from './approval.ts'
import type { TurnError, Usage } from './events.ts'
import { usageSchema } from './events.ts'
import { type Finding, findingSchema } from './finding.ts'
import type { Immutable } from './immutable.ts'
import type { Origin } from './origin.ts'
import type { AskPerson } from './question.ts'
import { type FinalTaskState, taskStates } from './task-states.ts'
import { type ThreadItem, threadItemSchema } from './thread-item.ts'
import { type MergeStrategy, mergeStrategies, type Plan, planSources, type Strategy, strategies } from './workflow.ts'

/** A file of the workspace that a merge changed. */
export const mergedFileSchema = z.strictObject({
  path: z.string().describe('Relative to the root of the workspace, with `/`.'),
  change: z.enum(['create', 'update', 'delete']).describe('What happened to it.'),
})
/** A file of the workspace that a merge changed. */
export type MergedFile = Immutable<z.infer<typeof mergedFileSchema>>

/** What came of one attempt at a task. */
export type TaskResult =
  | (AttemptFacts & {
      readonly status: 'done'
      /** The last message of the agent. */
      readonly text: string
    })
  | (AttemptFacts & {
      /** `blocked`: something has to be there first, such as a model; trying again would change nothing. */
      readonly status: 'failed' | 'blocked'
      /** Why. */
      readonly error: TurnError
    })

interface AttemptFacts {
  /** What the agent found, in its order. */
  readonly findings: readonly Finding[]
  /** What it used. Absent: nothing is known of it. */
  readonly usage?: Usage
  /** Its thread. Absent: none began. */
  readonly threadId?: string
  /** Who answered: a provider and its model, or a playbook without one. Absent: nobody. */
  readonly engine?: string
  /** What was brought into the workspace from the copy that it worked in. Absent: it had none, or nothing was. */
  readonly changes?: readonly MergedFile[]
}

const taskOutcomeSchema = z.strictObject({
  task: z.string().describe('Id of the task.'),
  title: z.string().describe('Its title.'),
  agent: z.string().nullable().describe('Id of the agent; null where nobody could take it.'),
  state: z.enum(taskStates).describe('How it ended.'),
  required: z.boolean().describe('Whether the run fails without it.'),
  attempts: z.int().nonnegative().describe('How often it was begun.'),
  reason: z.string().exactOptional().describe('Why it is not done.'),
  error_code: z.string().exactOptional().describe('Of the table of errors, where there is one.'),
  text: z.string().exactOptional().describe('The last message of the agent.'),
  thread_id: z.string().exactOptional().describe('Thread of the last attempt.'),
  engine: z.string().exactOptional().describe('Who answered: `PROVIDER/MODEL`, or `playbook`.'),
  findings: z.int().nonnegative().describe('How many it reported.'),
  changes: z
    .array(mergedFileSchema)
    .exactOptional()
    .describe('Files that were brought into the workspace from the copy that it worked in; absent where it had none.'),
  usage: usageSchema.exactOptional().describe('Tokens of all its attempts.'),
  duration_ms: z.int().nonnegative().describe('Milliseconds from its first attempt to its end.'),
})
/** How one task ended. */
export type TaskOutcome = Immutable<z.infer<typeof taskOutcomeSchema>>

const scoredSchema = z.strictObject({
  task: z.string().describe('Whose answer it is.'),
  score: z
    .number()
    .min(0)
    .max(10)
    .nullable()
    .describe('Mean of the votes, or what the judge gave; null: nobody scored it.'),
  votes: z
    .array(
      z.strictObject({
        by: z.string().describe('Task whose agent voted, or `judge`.'),
        score: z.int().min(0).max(10).describe('0 to 10.'),
        reason: z.string().describe('Why.'),
      }),
    )
    .describe('Who gave it what.'),
})

/** What the results of a run became. */
export const mergedResultSchema = z.strictObject({
  strategy: z.enum(mergeStrategies).describe('What the plan asked for.'),
  decided: z
    .boolean()
    .describe(
      'Whether one answer was chosen. False for `concatenate`, and where too few scored: then all stand in `text`.',
    ),
  reason: z.string().exactOptional().describe('Why no answer was chosen, or how a tie was settled.'),
  text: z.string().describe('Markdown.'),
  winner: z.string().exactOptional().describe('Task whose answer was chosen.'),
  answers: z.array(scoredSchema).describe('All answers with their scores, the losing ones too, in order of the plan.'),
  findings: z
    .array(
      z.strictObject({
        finding: findingSchema.describe('The flaw, and where it is.'),
        tasks: z.array(z.string()).describe('Tasks that reported it.'),
        authors: z.array(z.string()).describe('Their agents.'),
      }),
    )
    .describe('Of all tasks, one for each flaw, the gravest first.'),
})
/** What the results of a run became. */
export type MergedResult = Immutable<z.infer<typeof mergedResultSchema>>

/** Who made the plan, and who does what. */
const runPlanSchema = z.strictObject({
  source: z.enum(planSources).describe('Who made the plan.'),
  thread_id: z.string().exactOptional().describe('Thread of the agent that made the plan, where one did.'),
  strategy: z.enum(strategies).describe('How the tasks went together.'),
  merge: z.enum(mergeStrategies).describe('How their results were to become one.'),
  max_parallel: z.int().positive().describe('Tasks that could run at the same time.'),
  tasks: z
    .array(
      z.strictObject({
        id: z.string().describe('Id of the task.'),
        agent: z.string().nullable().describe('Id of its agent; null where nobody could take it.'),
        needs: z.array(z.string()).describe('Tasks that came before it.'),
      }),
    )
    .describe('In the order of the plan.'),
})

/** All that came of a run: what `--format json` prints. `docs/reference/run-result.schema.json` is generated from it. */
export const runResultSchema = z.strictObject({
  run_id: z.string().describe('Id of the run.'),
  goal: z.string().describe('What was asked for: the goal, or the description of the workflow.'),
  workflow: z.string().exactOptional().describe('Id of the workflow file, where there is one.'),
  status: z
    .enum(['done', 'partial', 'failed', 'interrupted'])
    .describe(
      '`done`: all required tasks are. `partial`: some are not, and there are results. `failed`: there are none.',
    ),
  reason: z.string().exactOptional().describe('Why not all of it could be carried out, such as that it took too long.'),
  plan: runPlanSchema.describe('What was to be done.'),
  results: z.array(taskOutcomeSchema).describe('In the order of the plan.'),
  merged: mergedResultSchema.describe('What the results became.'),
  usage: usageSchema.describe('Tokens of all threads of the run.'),
  duration_ms: z
    .int()
    .nonnegative()
    .describe(
      'Milliseconds from its beginning to its end; of a run that was gone on with, those that it was worked on.',
    ),
})
/** The last line of a run: all that came of it. */
export type RunResult = Immutable<z.infer<typeof runResultSchema>>

/** One line of `codex supervisor --json` and `codex workflows run --json`. `docs/reference/run-events.schema.json` is generated from it. */
export const runEventSchema = z.discriminatedUnion('type', [
  z
    .strictObject({
      type: z.literal('run.started'),
      goal: z.string().describe('What was asked for.'),
      workflow: z.string().exactOptional().describe('Id of the workflow file, where there is one.'),
      run_id: z.string().describe('Id of the run.'),
      resumed: z.literal(true).exactOptional().describe('Present: it goes on where it was.'),
    })
    .describe('First event.'),
  z
    .strictObject({
      type: z.literal('run.planned'),
      plan: runPlanSchema.describe('What is to be done.'),
    })
    .describe('The tasks are known, and who takes them. Before it come items of whoever made the plan.'),
  z
    .strictObject({
      type: z.enum(['item.started', 'item.updated', 'item.completed']),
      item: threadItemSchema.describe(
        'A `task` as it is now, or what its agent wants known: a `finding`, a `denial`, an `approval`, an `error`.',
      ),
    })
    .describe('A task changed its state, or its agent found something.'),
  z
    .strictObject({ type: z.literal('run.completed'), result: runResultSchema.describe('All that came of it.') })
    .describe('Last event.'),
])
/** One line of `codex workflows run --json`. */
export type RunEvent = Immutable<z.infer<typeof runEventSchema>>

/** What a task that has ended hands to those that need it. */
export interface TaskInput {
  /** Id of the task. */
  readonly task: string
  /** Its title. */
  readonly title: string
  /** Id of its agent; null where nobody could take it. */
  readonly agent: string | null
  /** How it ended. */
  readonly state: FinalTaskState
  /** Why it is not done. */
  readonly reason?: string
  /** Its answer; absent where there is none. */
  readonly text?: string
  /** What it found. */
  readonly findings: readonly Finding[]
  /** What was brought into the workspace from the copy that it worked in. Absent: it had none, or nothing was. */
  readonly changes?: readonly MergedFile[]
}

/** What a plan that is yet to be made has to be like. What is absent is left to whoever makes it. */
export interface PlanWish {
  /** Ids, aliases or roles of the agents that may take part. */
  readonly agents?: readonly string[]
  /** Id of the workflow whose tasks are the plan. Not with `agents`. */
  readonly workflow?: string
  /** How the tasks go together. */
  readonly strategy?: Strategy
  /** How the results become one. Absent: as the workflow says, else `concatenate`. */
  readonly merge?: MergeStrategy
  /** Id or alias of the agent that scores the results; only with `merge: 'highest-score'`. */
  readonly judge?: string
}

/** A plan, and who takes its tasks. */
export interface PlannedRun {
  /** The tasks. */
  readonly plan: Plan
  /** In the order of the plan: id of each task's agent; null where nobody can take it, and why. */
  readonly assignments: readonly { readonly task: string; readonly agent: string | null; readonly reason?: string }[]
  /** Tasks that would run at the same time. */
  readonly maxParallel: number
  /** The workflow that the plan is of, where it is one's. */
  readonly workflow?: { readonly id: string; readonly origin: Origin }
  /** What whoever made the plan wants known: notices, errors, denials. */
  readonly items: readonly ThreadItem[]
}

/** What a run of several agents is asked to do. */
export interface RunRequest {
  /** What it is for. */
  readonly goal: string
  /** Its tasks, with which `planProblems` finds nothing wrong; or what they have to be like: then they are made from the goal. */
  readonly plan: Plan | PlanWish
  /** The workflow file that a given plan is of: its id, and where it comes from. That of a repository that is not trusted only reads. */
  readonly workflow?: { readonly id: string; readonly origin: Origin }
  /** Tasks that run at the same time, at most. Absent: as the plan and the configuration say. */
  readonly maxParallel?: number
  /** Agents run their playbooks, with no model. Default false. */
  readonly playbook?: boolean
  /** Asks the person about an action; absent: nobody is there, and what would be asked is denied. */
  readonly approve?: (request: ApprovalRequest, signal: AbortSignal) => Promise<ApprovalAnswer>
  /** Asks the person what an agent or a gate wants to know; absent: nobody is there. */
  readonly ask?: AskPerson
}

/** A run that is to go on where it was: its plan, who takes what, and all results stay. */
export interface ResumeRequest extends Pick<RunRequest, 'maxParallel' | 'approve' | 'ask'> {
  /** Its id or the beginning of it, or `last`: the newest of this directory. */
  readonly resume: string
}
