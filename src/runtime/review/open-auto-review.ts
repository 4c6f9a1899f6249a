import type { ApprovalRequest } from '../../plugin-api/approval.ts'
import type {
  AgentDefinition,
  Definition,
  HistoryItem,
  ThreadEvent,
  ThreadRequest,
  Usage,
} from '../../plugin-api/index.ts'
import { addUsage } from '../../plugin-api/model-stream/add-usage.ts'
import type { ApproverLink } from '../../security/approvals/approver.ts'
import type { ThreadBudget } from '../../thread/budget.ts'
import type { ItemsBesides } from '../../tools/items-besides.ts'
import type { ReviewLimits } from './review-approval.ts'

/** The reviewing agent of a thread that a person starts, and of all that it hands work to. */
export interface AutoReview {
  /** Answers questions. */
  readonly link: ApproverLink
  /** The thread's, which what is used here counts for. Undefined: nothing bounds it, or it has not begun. */
  budget: ThreadBudget | undefined
  /** What was used since it was last asked. Undefined: nothing. */
  take(): Usage | undefined
  /** Notes what a thread says, so that a question of it can be judged by what came before. */
  see(threadId: string, event: ThreadEvent): void
  /** A thread begins, with what was said in it before. */
  begin(threadId: string, history: readonly HistoryItem[]): void
  /** Forgets a thread that has ended. */
  end(threadId: string): void
}

export interface AutoReviewDeps {
  /** False: it answers only what nobody else may answer. */
  readonly isOn: boolean
  readonly limits: ReviewLimits
  /** What the person asked for. */
  readonly task: string
  /** True where a person can be asked. */
  readonly hasPerson: boolean
  readonly items: ItemsBesides
  /** Makes what takes secrets out of a text, at the first question. */
  readonly redactor: () => (text: string) => string
  readonly agents: () => Promise<readonly Definition<AgentDefinition>[]>
  /** Runs the thread of a review. */
  readonly run: (
    request: ThreadRequest,
    budget: ThreadBudget | undefined,
    signal: AbortSignal,
  ) => AsyncIterable<ThreadEvent>
}

/** As many as the newest lines are looked for in. */
const maxItems = 60

/** Nothing is imported, and no model asked, before the first question. */
export function openAutoReview(deps: AutoReviewDeps): AutoReview {
  const { isOn, limits, task, hasPerson, items, redactor, agents, run } = deps
  const threads = new Map<string, HistoryItem[]>()
  const added: string[] = []
  let used: Usage | undefined

  async function link(request: ApprovalRequest, signal: AbortSignal) {
    if (!isOn && request.reviewer !== 'agent') return undefined
    const { reviewApproval } = await import('./review-approval.ts')
    const { reviewEvidence } = await import('./review-evidence.ts')
    const redact = redactor()
    const evidence = reviewEvidence(threads.get(request.thread) ?? [], redact)
    return await reviewApproval(
      { request, task, added, evidence },
      {
        limits,
        agents,
        redact,
        run: (asked, abort) => run(asked, review.budget, abort),
        used(usage) {
          used = used ? addUsage(used, usage) : usage
        },
        show: (item, isDone) => items.show(`open:review:${item.review_id}`, item, isDone),
        isPersonAsked: hasPerson && request.reviewer !== 'agent',
      },
      signal,
    )
  }

  const review: AutoReview = {
    link,
    budget: undefined,
    take() {
      const taken = used
      used = undefined
      return taken
    },
    begin: (threadId, history) => void threads.set(threadId, history.slice(-maxItems)),
    see(threadId, event) {
      if (event.type === 'item.completed' && event.item.type === 'user_message' && event.item.way === 'steer')
        added.push(event.item.text)
      const said = threads.get(threadId)
      if (event.type !== 'response_item' || said === undefined) return
      said.push(event.item)
      if (said.length > maxItems) said.shift()
    },
    end: (threadId) => void threads.delete(threadId),
  }
  return review
}
