import type { Action } from '../../plugin-api/index.ts'
import { createHeldQuestions, type HeldReply } from '../approvals/held-questions.ts'
import { networkSubject, normaliseHost } from '../permissions/network-pattern.ts'
import type { Judgement } from './judgement.ts'
import type { Verdict } from './verdict.ts'

/** A request of a command that runs: its connection is held while somebody is asked. */
export type HeldAction = Extract<Action, { kind: 'network' }>

/** What is said of an action as it is at this moment. */
export interface Considered {
  readonly action: Action
  readonly verdict: Verdict
}

/** How the gate asks, and what it makes of an answer. */
export interface HeldJudgeDeps<Reply> {
  /** False: what would have to be asked is refused at once. */
  readonly canAsk: boolean
  consider(action: Action): Promise<Considered>
  /** Undefined where somebody has to be asked. */
  withoutAsking(considered: Considered): Judgement | undefined
  /** Asks once, and keeps what is granted by the answer. */
  ask(considered: Considered, signal: AbortSignal): Promise<HeldReply<Reply>>
  /** What an answer means for one that waited for it. */
  judgedBy(reply: Reply, considered: Considered): Promise<Judgement>
}

/** Decides about requests of commands that run. */
export interface HeldJudge {
  /** `gone` aborts once the command waits no more. */
  judge(action: HeldAction, gone: AbortSignal, signal: AbortSignal): Promise<Judgement>
  /** Withdraws the questions that are open, and forgets what was refused. */
  endTurn(): void
}

/** For one turn. */
export function createHeldJudge<Reply>(deps: HeldJudgeDeps<Reply>): HeldJudge {
  const questions = createHeldQuestions<Reply>()
  return {
    endTurn: questions.endTurn,
    async judge(action, gone, signal) {
      for (;;) {
        const considered = await deps.consider(action)
        const known = deps.withoutAsking(considered)
        if (known !== undefined) return known
        const subject = networkSubject(action)
        const asked = asHeld(considered, action)
        if (!deps.canAsk) return refused(asked, 'nobody can be asked', namedHint)
        const held = { host: normaliseHost(action.host), shown: subject }
        const answer = await questions.answer(held, (limit) => deps.ask(asked, limit), gone, signal)
        if (answer.type === 'reply') return await deps.judgedBy(answer.reply, asked)
        if (answer.type === 'refused') return refused(asked, answer.why, 'Go on without it, or ask the user.')
      }
    },
  }
}

const namedHint = 'Name the host under [network] in the profile, or have it granted before the command starts.'

function refused({ action, verdict }: Considered, why: string, hint: string): Judgement {
  return { action, verdict: { ...verdict, reason: `${verdict.reason}; ${why}`, hint }, outcome: 'deny' }
}

/** A tunnel shows no method, and whoever answers has to know it: the yes is for all that is sent through. */
function asHeld({ action, verdict }: Considered, { method, protocol }: HeldAction): Considered {
  if (method !== 'CONNECT') return { action, verdict }
  const how = protocol === 'socks5_tcp' ? 'a tunnel by SOCKS' : 'a tunnel'
  return { action, verdict: { ...verdict, reason: `${verdict.reason}; it is ${how}, in which no method can be seen` } }
}
