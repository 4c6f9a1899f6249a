import { z } from 'zod'
import type { ApprovalReply, ApprovalRequest } from '../plugin-api/approval.ts'
import type { AgentDefinition, Definition, ThreadEvent, ThreadRequest, Usage } from '../plugin-api/index.ts'

/** Id of the agent that answers in place of a person. */
export const approvalReviewerId = 'approval-reviewer'

/** What the reviewing agent has to answer; anything else is a denial. */
const answerSchema = z.strictObject({ decision: z.enum(['allow', 'deny']), reason: z.string() })

/** Milliseconds until an answer that has not come is a denial. */
const timeoutMs = 120_000

export interface ReviewDeps {
  /** What the person asked for. */
  readonly task: string
  /** The agent, with where it comes from. */
  readonly agents: () => Promise<readonly Definition<AgentDefinition>[]>
  /** Runs a thread that may do nothing: it has no layer but this one's, and nobody to ask. */
  readonly run: (request: ThreadRequest, signal: AbortSignal) => AsyncIterable<ThreadEvent>
  /** Told of the tokens of each request. */
  readonly used: (usage: Usage) => void
}

/**
 * Asks the reviewing agent, in a thread of its own without tools. Only a whole answer of the agreed shape that says so
 * allows, and only this once: a failed turn, another text, no answer in time and a repository's agent of that id deny.
 *
 * @throws the abort reason
 */
export async function reviewApproval(
  question: ApprovalRequest,
  deps: ReviewDeps,
  signal: AbortSignal,
): Promise<ApprovalReply> {
  const deny = { decision: 'deny', by: 'agent' } as const
  try {
    const agent = (await deps.agents()).find(({ id }) => id === approvalReviewerId)
    if (agent === undefined || agent.origin.layer === 'project') return deny
    const answer = await answerOf(question, deps, AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]))
    return answer?.decision === 'allow' ? { decision: 'once', by: 'agent' } : deny
  } catch {
    signal.throwIfAborted()
    return deny // whatever went wrong, nobody has said yes
  }
}

async function answerOf(
  { action, reason, layer }: ApprovalRequest,
  { task, run, used }: ReviewDeps,
  signal: AbortSignal,
): Promise<z.infer<typeof answerSchema> | undefined> {
  const request: ThreadRequest = {
    input: JSON.stringify({ task, action, reason, layer }),
    agent: approvalReviewerId,
    route: false,
    ephemeral: true,
    outputSchema: { ...z.toJSONSchema(answerSchema) },
  }
  let text: string | undefined
  for await (const event of run(request, signal)) {
    if (event.type === 'usage' && event.last) used(event.last)
    if (event.type === 'turn.completed') text = event.last_agent_message
    if (event.type === 'turn.failed' || event.type === 'turn.interrupted') return undefined
  }
  const parsed = answerSchema.safeParse(JSON.parse(text ?? 'null'))
  return parsed.success ? parsed.data : undefined
}
