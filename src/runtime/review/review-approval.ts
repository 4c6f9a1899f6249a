import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import type { ApprovalReply, ApprovalRequest } from '../../plugin-api/approval.ts'
import type {
  AgentDefinition,
  Definition,
  ThreadEvent,
  ThreadItemBody,
  ThreadRequest,
  Usage,
} from '../../plugin-api/index.ts'
import { readReviewAnswer, reviewAnswerSchema } from './review-answer.ts'
import { type ReviewQuestion, reviewQuestion } from './review-question.ts'

/** Id of the agent that answers in place of a person. */
export const approvalReviewerId = 'approval-reviewer'

/** What bounds a review. */
export interface ReviewLimits {
  /** The risk up to which a yes counts, from 0 to 100. */
  readonly maxRisk: number
  /** Milliseconds until an answer that has not come is none. */
  readonly timeoutMs: number
}

export interface ReviewDeps {
  readonly limits: ReviewLimits
  /** The agents, each with where it comes from. */
  readonly agents: () => Promise<readonly Definition<AgentDefinition>[]>
  /** Runs a thread that may do nothing, is told nothing but its prompt, and has nobody to ask. */
  readonly run: (request: ThreadRequest, signal: AbortSignal) => AsyncIterable<ThreadEvent>
  /** Told of the tokens of each request. */
  readonly used: (usage: Usage) => void
  /** Shows the review as it is by now. */
  readonly show: (item: Extract<ThreadItemBody, { type: 'review' }>, isDone: boolean) => void
  readonly redact: (text: string) => string
  /** True where a person is asked too: what goes wrong here is then theirs to answer. */
  readonly isPersonAsked: boolean
}

/** How a review ended. */
interface Outcome {
  readonly status: 'approved' | 'denied' | 'timed_out'
  readonly reason: string
  readonly risk?: number
  /** True where the agent has judged, and nothing went wrong. */
  readonly isJudged: boolean
}

/**
 * Has the reviewing agent judge an action, in a thread of its own without tools. Only a whole answer of the agreed shape that says so, with a
 * risk up to the line, allows, and only this once. A failed turn, another text, no answer in time, a repository's agent of that id and a
 * question that is too long deny; where a person is asked too, they leave it to the person: undefined.
 *
 * @throws the abort reason
 */
export async function reviewApproval(
  question: ReviewQuestion,
  deps: ReviewDeps,
  signal: AbortSignal,
): Promise<ApprovalReply | undefined> {
  signal.throwIfAborted()
  const { request } = question
  const { limits, show } = deps
  const reviewId = randomUUID()
  const about = { type: 'review', review_id: reviewId, ...subjectOf(request), risk_line: limits.maxRisk } as const
  show({ ...about, status: 'in_progress' }, false)
  // At once, and not when the agent's thread has ended: the call that waited may be over by then.
  const abort = () => show({ ...about, status: 'aborted' }, true)
  signal.addEventListener('abort', abort, { once: true })
  const judged = await judge(question, deps, signal).catch((error: unknown) =>
    failed(`the reviewing agent could not be asked: ${messageOf(error)}`),
  )
  signal.throwIfAborted()
  signal.removeEventListener('abort', abort)
  const { status, isJudged, ...said } = judged
  const why = { ...said, reason: deps.redact(said.reason) }
  show({ ...about, status, ...why }, true)
  if (!isJudged && deps.isPersonAsked) return undefined
  return { decision: status === 'approved' ? 'once' : 'deny', by: 'agent', reviewId, reviewStatus: status, ...why }
}

function subjectOf({ id, thread, agentPath, action }: ApprovalRequest) {
  return { request_id: id, thread_id: thread, agent_path: agentPath, action }
}

async function judge(question: ReviewQuestion, deps: ReviewDeps, signal: AbortSignal): Promise<Outcome> {
  const { limits, redact } = deps
  const agent = (await deps.agents()).find(({ id }) => id === approvalReviewerId)
  if (agent === undefined) return failed(`there is no agent ${approvalReviewerId}`)
  if (agent.origin.layer === 'project') {
    return failed(`a repository's agent ${approvalReviewerId} stands in the place of the reviewing agent`)
  }
  const input = reviewQuestion(question, { mark: randomUUID().slice(0, 8), redact })
  if (input === undefined) return failed('what is asked about is too long to be judged')
  const timeout = AbortSignal.timeout(limits.timeoutMs)
  const text = await lastMessage(input, deps, AbortSignal.any([signal, timeout])).catch((error: unknown) => {
    if (timeout.aborted) return undefined
    throw error
  })
  if (timeout.aborted && !signal.aborted) {
    const reason = `the reviewing agent gave no answer within ${limits.timeoutMs / 1000} seconds`
    return { status: 'timed_out', reason, isJudged: false }
  }
  const answer = readReviewAnswer(text ?? '')
  if (answer === undefined) return failed('the answer of the reviewing agent is not of the agreed shape')
  const { risk, decision, reason } = answer
  if (decision === 'deny') return { status: 'denied', risk, reason, isJudged: true }
  if (risk > limits.maxRisk) {
    const over = `${reason} (a risk of ${risk} is over the line of ${limits.maxRisk})`
    return { status: 'denied', risk, reason: over, isJudged: true }
  }
  return { status: 'approved', risk, reason, isJudged: true }
}

/** Undefined where the turn was interrupted, or the text does not fit. @throws Error where it failed */
async function lastMessage(input: string, { run, used }: ReviewDeps, signal: AbortSignal): Promise<string | undefined> {
  const request: ThreadRequest = {
    input,
    agent: approvalReviewerId,
    route: false,
    ephemeral: true,
    outputSchema: { ...z.toJSONSchema(reviewAnswerSchema) },
  }
  let text: string | undefined
  for await (const event of run(request, signal)) {
    if (event.type === 'usage' && event.last) used(event.last)
    if (event.type === 'turn.completed') text = event.last_agent_message
    // It may answer once: a text that does not fit would be asked for again.
    if (event.type === 'turn.failed' && event.error.code === 'thread.iterations') return undefined
    if (event.type === 'turn.failed') throw new Error(event.error.message)
  }
  return text
}

function failed(reason: string): Outcome {
  return { status: 'denied', reason, isJudged: false }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
