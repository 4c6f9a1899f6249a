import type { Action } from '../../plugin-api/index.ts'
import type { RequiredApproval } from '../gate.ts'
import type { Verdict } from './verdict.ts'

/** A yes for once is for what waits; the program that connects again is asked about again. */
export const heldDetail = 'A command that runs waits for the answer. Once is for the connections that wait now.'

/** `codex sandbox` asks nobody anywhere, so a rule is the way on for a command. */
export function nobodyHint(action: Action): string {
  const where = 'Start a thread where a person can answer, with an approval policy other than never'
  if (action.kind === 'exec' && action.opens) return `${where}; or let a profile of your own allow the path.`
  return action.kind === 'exec' ? `${where}; or allow it by a rule of your own: codex policy suggest.` : `${where}.`
}

/** What was asked for and is allowed anyway, or granted by now, needs no opening. */
export function withOpens({ opens: _, ...action }: Extract<Action, { kind: 'exec' }>, opens: Verdict['opens']): Action {
  return opens === undefined ? action : { ...action, opens }
}

/** What would be allowed is asked for; what is denied stays denied, and what is asked for anyway is asked once. */
export function withApproval(verdict: Verdict, approval: RequiredApproval | undefined): Verdict {
  if (approval === undefined || verdict.answer !== 'allow') return verdict
  const { layer, rule, reason } = approval
  return { answer: 'ask', layer, rule, reason }
}

/** A person granted permissions for the turn on the condition that each of its commands is looked at, whatever is allowed. */
export function underStrictReview(verdict: Verdict): Verdict {
  if (verdict.answer === 'ask') return { reviewer: 'agent', ...verdict }
  const why = 'strict review: every command is reviewed for the rest of this turn'
  return { ...verdict, answer: 'ask', layer: 'strict review', rule: 'strict review', reason: why, reviewer: 'agent' }
}
