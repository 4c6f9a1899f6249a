import type { Action, ActionOutcome, Decision } from '../../plugin-api/index.ts'
import { assertAllowed } from '../../security/assert-allowed.ts'
import type { Gate } from '../../security/gate.ts'

/** The one way in which a tool's context acts: ask the gate, act on what was allowed, record how it ended. */
export interface ActionScope {
  /**
   * @param ahead told of the action as allowed as soon as it is, to prepare what it needs
   * @throws CodexError `permission.denied` (its cause is the decision); the abort reason
   */
  authorize<Wanted extends Action>(action: Wanted, ahead?: (allowed: Wanted) => void): Promise<Allowed<Wanted>>
  /** Authorises, runs `act` with the action as allowed (its paths are real), and settles. */
  perform<Wanted extends Action, Result>(
    action: Wanted,
    act: (allowed: Wanted) => Promise<Result>,
    detail?: (result: Result) => string,
  ): Promise<Result>
}

/** What an action leaves to say besides that it is done. */
export type OutcomeFacts = Omit<ActionOutcome, 'status'>

export interface Allowed<Wanted extends Action> {
  readonly action: Wanted
  /** True where a person agreed to it, now or for longer: then it may lie outside of what the permissions allow by themselves. */
  readonly isAgreed: boolean
  done(facts?: OutcomeFacts): Promise<void>
  /** Records a failure, or an interruption if that is what it was. */
  failed(error: unknown, facts?: OutcomeFacts): Promise<void>
}

export function createActionScope(deps: {
  readonly gate: Gate
  /** Told of every refusal, also of those that a tool catches. */
  denied(decision: Decision): void
  readonly signal: AbortSignal
}): ActionScope {
  const { gate, signal } = deps

  const authorize: ActionScope['authorize'] = async <Wanted extends Action>(
    action: Wanted,
    ahead?: (allowed: Wanted) => void,
  ): Promise<Allowed<Wanted>> => {
    // The gate answers with the action that it was asked about, its paths made real.
    const decision = await gate.authorize(action, signal, ahead && ((allowed) => ahead(allowed as Wanted)))
    if (decision.outcome !== 'allow') deps.denied(decision)
    assertAllowed(decision)
    return {
      action: decision.action as Wanted,
      isAgreed: decision.approvedBy !== undefined,
      done: (facts) => gate.settle(decision, { ...facts, status: 'done' }),
      failed: (error, facts) =>
        gate.settle(decision, {
          ...facts,
          status: signal.aborted ? 'interrupted' : 'failed',
          ...(signal.aborted ? {} : { detail: errorName(error) }),
        }),
    }
  }

  return {
    authorize,
    async perform(action, act, detail) {
      const allowed = await authorize(action)
      let result: Awaited<ReturnType<typeof act>>
      try {
        result = await act(allowed.action)
      } catch (error) {
        await allowed.failed(error)
        throw error
      }
      await allowed.done(detail && { detail: detail(result) })
      return result
    },
  }
}

/** A code or class name, without content. */
function errorName(error: unknown): string {
  if (!(error instanceof Error)) return 'error'
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name
}
