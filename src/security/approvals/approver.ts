import type { ApprovalAnswer, ApprovalReply, ApprovalRequest } from '../../plugin-api/approval.ts'

/** One who may answer. Undefined: the question is left to the next. @throws the abort reason */
export type ApproverLink = (request: ApprovalRequest, signal: AbortSignal) => Promise<ApprovalReply | undefined>

/** Asks whoever can answer; undefined: nobody can. @throws the abort reason */
export type Approver = ApproverLink

/** Asks the person. @throws the abort reason */
export type AskApproval = (request: ApprovalRequest, signal: AbortSignal) => Promise<ApprovalAnswer>

/** Who may answer, in the order in which they are asked. */
export interface ApproverLinks {
  /** Denies, or leaves it to the others: only a person or the reviewing agent lifts a question. */
  readonly hooks?: ApproverLink
  /** The reviewing agent. A person who is there as well may answer first. */
  readonly reviewer?: ApproverLink
  readonly person?: AskApproval
}

/**
 * The one way in which a question is answered: hooks, then the reviewing agent and the person, of whom the first answer counts and the other
 * is told to stop. What only a person may answer (`reviewer: 'human'`)
 * goes to nobody else; what the agent is to answer goes to a person where there is no agent. Undefined where nobody is there.
 */
export function createApprover({ hooks, reviewer, person }: ApproverLinks): Approver | undefined {
  if (reviewer === undefined && person === undefined) return undefined
  const asked: ApproverLink | undefined = person && (async (request, signal) => replyOf(await person(request, signal)))
  return async (request, signal) => {
    const refused = await hooks?.(request, signal)
    if (refused !== undefined) return refused
    const agent = request.reviewer === 'human' ? undefined : reviewer
    const human = request.reviewer === 'agent' && agent ? undefined : asked
    if (agent && human) return await firstOf([agent, human], request, signal)
    return await (agent ?? human)?.(request, signal)
  }
}

/** A word alone is what a person said; what is no answer is a denial. */
export function replyOf(answer: ApprovalAnswer): ApprovalReply {
  return typeof answer === 'string' ? { decision: answer, by: 'person' } : answer
}

/** The first answer; one that leaves the question to the other is none. The others are told to stop. @throws what the first failure is */
async function firstOf(
  links: readonly ApproverLink[],
  request: ApprovalRequest,
  signal: AbortSignal,
): Promise<ApprovalReply | undefined> {
  const rest = new AbortController()
  const both = AbortSignal.any([signal, rest.signal])
  try {
    return await new Promise((resolve, reject) => {
      let open = links.length
      for (const link of links) {
        link(request, both).then((reply) => {
          open -= 1
          if (reply !== undefined || open === 0) resolve(reply)
        }, reject)
      }
    })
  } finally {
    rest.abort(new Error('the question was answered'))
  }
}
