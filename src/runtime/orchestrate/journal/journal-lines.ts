import { z } from 'zod'
import { keptResultSchema, keptTaskSchema } from '../../../orchestration/kept-task.ts'
import { usageSchema } from '../../../plugin-api/events.ts'
import type { Immutable } from '../../../plugin-api/immutable.ts'
import { originLayers } from '../../../plugin-api/origin.ts'
import { mergeStrategies, strategies, taskSchema } from '../../../plugin-api/workflow.ts'
import { journalVersion } from './run-journal.ts'

const planSchema = z.strictObject({
  source: z.string().describe('Who made the plan.'),
  strategy: z.enum(strategies),
  merge: z.enum(mergeStrategies),
  judge: z.string().exactOptional(),
  max_parallel: z.int().positive().exactOptional(),
  max_runtime_seconds: z.int().positive().exactOptional(),
  tasks: z.array(taskSchema).min(1),
})

const wishSchema = z.strictObject({
  agents: z.array(z.string()).exactOptional(),
  workflow: z.string().exactOptional(),
  strategy: z.enum(strategies).exactOptional(),
  merge: z.enum(mergeStrategies).exactOptional(),
  judge: z.string().exactOptional(),
})

const workflowSchema = z.strictObject({
  id: z.string(),
  origin: z.strictObject({
    layer: z.enum(originLayers),
    file: z.string(),
    plugin: z.string().exactOptional(),
    trusted: z.boolean(),
  }),
})

const spentSchema = z.strictObject({ tokens: z.number().nonnegative(), cost: z.number().nonnegative() })

/** What each type of line says. */
const payloadSchemas = {
  /** First line: what was asked for. */
  run_started: z.strictObject({
    version: z.literal(journalVersion),
    run_id: z.string(),
    goal: z.string(),
    cwd: z.string(),
    plan: z.union([planSchema, wishSchema]).describe('The plan, or what it was to be like.'),
    workflow: workflowSchema.exactOptional(),
    playbook: z.boolean(),
    max_parallel: z.int().positive().exactOptional(),
  }),
  /** A process goes on with the run. */
  run_resumed: z.strictObject({ pid: z.int() }),
  /** What is to be done, and who may do it. */
  run_planned: z.strictObject({
    plan: planSchema,
    workflow: workflowSchema.exactOptional(),
    tasks: z
      .array(
        z.strictObject({
          task: z.string(),
          agent: z.string().nullable(),
          others: z.array(z.string()).exactOptional(),
          reason: z.string().exactOptional(),
        }),
      )
      .describe('In the order of the plan.'),
    thread_id: z.string().exactOptional().describe('Thread of the agent that made the plan.'),
    usage: usageSchema.exactOptional().describe('What it used.'),
  }),
  /** How a task stands now. */
  task: keptTaskSchema,
  /** What the budgets of the run have counted so far, by scope. */
  spent: z.record(z.string(), spentSchema),
  /** What one agent scored the answers of these tasks with. */
  scored: z.strictObject({
    by: z.string(),
    answers: z.array(z.string()).describe('Tasks whose answers it scored, in the order of the plan.'),
    thread_id: z.string().exactOptional(),
    result: keptResultSchema,
  }),
  /** The end of the run, or of a part of it that was stopped. */
  run_ended: z.strictObject({
    status: z.enum(['done', 'partial', 'failed', 'interrupted']),
    reason: z.string().exactOptional(),
    duration_ms: z.int().nonnegative(),
  }),
} as const

type Payloads = typeof payloadSchemas
/** Type of a line of a run's journal. */
export type JournalLineType = keyof Payloads
/** What a line of that type says. */
export type JournalPayload<Type extends JournalLineType> = Immutable<z.infer<Payloads[Type]>>
/** A line of a run's journal: `{"timestamp","type","payload"}`. */
export type JournalLine = {
  [Type in JournalLineType]: {
    readonly type: Type
    /** RFC 3339, UTC. */
    readonly timestamp: string
    readonly payload: JournalPayload<Type>
  }
}[JournalLineType]

/** A line of a journal, checked; a text says what is wrong with it. */
export function checkLine(line: { readonly type: string; readonly timestamp: string; readonly payload: unknown }) {
  if (!isLineType(line.type)) return `no line of a run is of type "${line.type}"`
  const parsed = payloadSchemas[line.type].safeParse(line.payload)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    return `payload${(issue?.path ?? []).map((part) => `.${String(part)}`).join('')}: ${issue?.message ?? 'is not as it should be'}`
  }
  if (Number.isNaN(Date.parse(line.timestamp))) return 'timestamp: expected a time as RFC 3339 has it'
  return { type: line.type, timestamp: line.timestamp, payload: parsed.data } as JournalLine // the schema is that of the type
}

function isLineType(type: string): type is JournalLineType {
  return Object.hasOwn(payloadSchemas, type)
}
