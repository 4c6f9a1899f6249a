import { z } from 'zod'
import { type Action, actionSchema, networkProtocolSchema } from './action.ts'
import type { Immutable } from './immutable.ts'

/** For how long an action is allowed, or that it is not. `always` is written into the user's own rules. */
export type ApprovalDecision = 'once' | 'turn' | 'session' | 'always' | 'deny'

/** How much of what is like the action a longer yes may cover: it alone, what begins as it does, or all of its kind. */
export type ApprovalForm = 'exact' | 'prefix' | 'family'

/** One simple command of a script that somebody is asked about. */
export interface ApprovalCommand {
  /** Its own: that of the request, a dot, its place in the script from 1. */
  readonly id: string
  /** As far as they are known before it runs; `…` stands for the rest. */
  readonly words: readonly string[]
  /** What the exec policy says of it by itself. */
  readonly answer: 'safe' | 'match' | 'prompt' | 'forbidden' | 'unverified'
  /** Whether it is one that has to be asked about; the others of the script run with it. */
  readonly isAsked: boolean
  /** The text that decided. */
  readonly rule: string
  /** Why it is asked about, or why it is not. */
  readonly reason: string
  /** File of the rule, where there is one. */
  readonly file?: string
  /** Its line. */
  readonly line?: number
}

/** A rule that would save the question the next time. */
export interface ProposedRule {
  /** Id of the command that it is for. Absent: the action itself. */
  readonly command?: string
  /** As it would be written down. */
  readonly rule: string
  /** A preview: what it would allow, this action first. */
  readonly matches: readonly string[]
}

/** What a yes for the session or for always may be good for, besides this action. */
export interface ApprovalProposal {
  /** What an answer names it by. */
  readonly form: ApprovalForm
  /** The decisions that may be said of it. */
  readonly decisions: readonly Exclude<ApprovalDecision, 'once' | 'deny'>[]
  /** One for each command that is asked about, or one for the action. */
  readonly rules: readonly ProposedRule[]
}

/** A question to the person (or the reviewing agent) before an action that may be asked for. It is data: a queue can carry it. */
export interface ApprovalRequest {
  /** Its own. */
  readonly id: string
  /** Id of the thread that wants to act. */
  readonly thread: string
  /** Its turn. Absent: no turn runs, a command of the program asks. */
  readonly turn?: string
  /** Ids of the agents from the one that a person started to the one that wants to act; empty for the default agent. */
  readonly agentPath: readonly string[]
  /** What someone wants to do. */
  readonly action: Action
  /** Why it has to be asked. */
  readonly reason: string
  /** Who wants it asked. */
  readonly layer: string
  /** The text that decided that it is asked. */
  readonly rule: string
  /** File of the rule, where there is one. */
  readonly file?: string
  /** Its line. */
  readonly line?: number
  /** Who has to answer, whoever else could: a person, as a rule says; the reviewing agent, as strict review says. Absent: whoever is set up to. */
  readonly reviewer?: 'human' | 'agent'
  /** Of a script: the commands that it may run, each with its own id and reason. */
  readonly commands: readonly ApprovalCommand[]
  /** The answers that are possible. */
  readonly decisions: readonly ApprovalDecision[]
  /** What `session` and `always` may be said of; the narrowest first. */
  readonly proposals: readonly ApprovalProposal[]
  /** What the call would be given, for the person alone: it is not recorded. */
  readonly detail?: string
}

/** An answer, and who gave it. */
export interface ApprovalReply {
  /** What was decided. One that was not offered is a denial. */
  readonly decision: ApprovalDecision
  /** Which of the proposals it is said of. Absent: the action alone, which cannot be for always. */
  readonly proposal?: ApprovalForm
  /** Of a granted permission: for the rest of the turn every command goes to the reviewing agent, or to a person where there is none. */
  readonly strictReview?: boolean
  /** Who decided. */
  readonly by: 'person' | 'agent' | 'hook'
  /** Id of the review, where an agent decided. */
  readonly reviewId?: string
  /** How that ended. */
  readonly reviewStatus?: 'approved' | 'denied' | 'timed_out' | 'aborted'
  /** The risk that it saw, from 0 to 100. Absent: it did not get as far. */
  readonly risk?: number
  /** Why, for the audit log and for whoever was refused. */
  readonly reason?: string
}

/** What a question is answered with; a word alone is a person's. */
export type ApprovalAnswer = 'once' | 'turn' | 'session' | 'always' | 'deny' | ApprovalReply

/** What was granted for longer than one action, as the record of a thread keeps it. */
export const grantSchema = z.discriminatedUnion('type', [
  z
    .strictObject({ type: z.literal('action'), action: actionSchema })
    .describe('The action itself; of a permission, what it covers.'),
  z
    .strictObject({
      type: z.literal('command'),
      pattern: z
        .array(z.union([z.string(), z.array(z.string()).min(1)]))
        .min(1)
        .describe('Leading words of a command; a list stands for any one of its words.'),
    })
    .describe('Commands that begin so, wherever they stand in a script.'),
  z
    .strictObject({
      type: z.literal('host'),
      host: z.string().describe('Its name or address; never a pattern.'),
      protocol: networkProtocolSchema.describe('How it may be spoken to.'),
    })
    .describe('Requests to one host over one protocol, whatever the method and the port.'),
])
/** What was granted for longer than one action. */
export type Grant = Immutable<z.infer<typeof grantSchema>>
