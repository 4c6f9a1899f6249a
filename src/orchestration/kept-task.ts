import { z } from 'zod'
import { turnErrorSchema, usageSchema } from '../plugin-api/events.ts'
import { findingSchema } from '../plugin-api/finding.ts'
import type { Immutable } from '../plugin-api/immutable.ts'
import { mergedFileSchema } from '../plugin-api/run.ts'
import { taskStates } from '../plugin-api/task-states.ts'

const facts = {
  findings: z.array(findingSchema).describe('What the agent found; of a task that is not done, in all its attempts.'),
  usage: usageSchema.exactOptional().describe('What its thread used. Absent: nothing is known of it.'),
  engine: z.string().exactOptional().describe('Who answered: `PROVIDER/MODEL`, or `playbook`.'),
  changes: z
    .array(mergedFileSchema)
    .exactOptional()
    .describe('Files that were brought into the workspace from the copy that it worked in.'),
}

/** What came of an attempt, as it is kept. */
export const keptResultSchema = z.discriminatedUnion('status', [
  z.strictObject({ status: z.literal('done'), text: z.string().describe('The last message of the agent.'), ...facts }),
  z.strictObject({
    status: z.enum(['failed', 'blocked']),
    error: turnErrorSchema.describe('Why.'),
    ...facts,
  }),
])

/** How a task stands: what a run that goes on begins with. The last one that is kept of a task counts. */
export const keptTaskSchema = z.strictObject({
  task: z.string().describe('Id of the task.'),
  state: z.enum(taskStates).describe('How it stands.'),
  agent: z.string().nullable().describe('Id of the agent that has it.'),
  attempt: z.int().nonnegative().describe('How often it was begun.'),
  failures: z.int().nonnegative().describe('How many of these attempts failed.'),
  open: z.boolean().describe('True where the last attempt was begun and has not come to its end.'),
  reason: z.string().exactOptional().describe('Why it is where it is.'),
  thread_id: z.string().exactOptional().describe('Thread of the last attempt, known before it begins.'),
  result: keptResultSchema
    .exactOptional()
    .describe('What came of the last attempt. Absent: what was kept before counts.'),
  usage: usageSchema.exactOptional().describe('Tokens of all its attempts.'),
  earlier_usage: usageSchema.exactOptional().describe('Tokens of those before the last one.'),
  agreed: z.literal(true).exactOptional().describe('Present: a person said yes to what its gates ask.'),
  duration_ms: z.int().nonnegative().describe('Milliseconds that it took so far.'),
})
/** How a task stands: what a run that goes on begins with. The last one that is kept of a task counts. */
export type KeptTask = Immutable<z.infer<typeof keptTaskSchema>>
