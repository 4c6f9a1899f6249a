import type { ThreadCeiling, ThreadEvent, ThreadRequest } from '../../plugin-api/index.ts'
import { nothing } from '../../security/permissions/intersect.ts'
import { createRedactor } from '../../security/redact.ts'
import { userConfig } from '../config-of-layers.ts'
import type { Kernel } from '../load-kernel.ts'
import type { ThreadDeps } from '../start-thread.ts'
import { type AutoReview, openAutoReview } from './open-auto-review.ts'

/** The risk up to which a yes of the reviewing agent counts. */
const defaultMaxRisk = 80
/** Milliseconds until an answer that has not come is none. */
const defaultTimeoutMs = 120_000

/** One request, and nothing that could be done: whoever brings a reviewing agent of their own gives it no more. */
const reviewerCeiling: ThreadCeiling = {
  layers: [{ name: 'reviewing agent', permissions: { ...nothing, limits: { max_iterations: 1 } } }],
  temp: 'private',
  protection: 'on',
  sandbox: 'required',
  approval_policies: ['never'],
}

type Start = (request: ThreadRequest, deps: ThreadDeps, signal: AbortSignal) => AsyncGenerator<ThreadEvent>

/**
 * The reviewing agent of a thread: for all that is asked, where the user has it so; else for what only it may answer, where a person is there
 * to demand that. Undefined where nobody can be asked. A recording that runs again is answered by a person alone: it could answer for the agent.
 */
export function threadReview(request: ThreadRequest, deps: ThreadDeps, start: Start): AutoReview | undefined {
  const { kernel, depth, items } = deps
  if (depth > 0 || items === undefined) return deps.review
  const isOn = isAutoReview(kernel)
  const hasPerson = request.approve !== undefined
  if ((!isOn && !hasPerson) || request.replay !== undefined) return undefined
  const { max_risk: maxRisk = defaultMaxRisk, timeout_ms: timeoutMs = defaultTimeoutMs } =
    userConfig(kernel.loaded.layers).auto_review ?? {}
  return openAutoReview({
    isOn,
    limits: { maxRisk, timeoutMs },
    task: request.input,
    hasPerson,
    items,
    redactor: () => createRedactor(kernel.options.env, kernel.credentials.secrets),
    agents: async () => (await deps.store.agents()).effective,
    run(asked, outerBudget, signal) {
      const alone = { inbox: undefined, isQueued: false, tape: undefined, review: undefined, items: undefined }
      const place = { ceiling: reviewerCeiling, depth: depth + 1, outerBudget, isAlone: true }
      return start(asked, { ...deps, ...alone, ...place }, signal)
    },
  })
}

/** A repository has no say in it. */
function isAutoReview({ options, loaded }: Kernel): boolean {
  const reviewer = userConfig(loaded.layers).approvals_reviewer
  return options.settings.approveForMe === true || (reviewer !== undefined && reviewer !== 'user')
}
