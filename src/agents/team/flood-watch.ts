import { createHash } from 'node:crypto'
import type { TeamMessageKind } from '../../plugin-api/agent-team.ts'
import type { AgentPath } from '../../plugin-api/agent-tree.ts'
import { CodexError } from '../../plugin-api/errors.ts'
import { grouped } from '../../plugin-api/grouped.ts'

/** What one message may be, and how much of one agent in how long: more floods the others. */
export const floodBounds = { messageBytes: 65_536, windowMs: 60_000, messages: 60, bytes: 1_048_576 } as const
/** The same text to the same agent: told from the one on, refused from the other on. */
export const repeatBounds = { hintAt: 3, refusedAt: 5 } as const
/** Messages between two agents in turn without anything else done by either: told from the one on, refused from the other on. */
export const exchangeBounds = { hintAt: 12, refusedAt: 20 } as const

/** Messages of a run, and between the same two agents, one way. */
export interface MessageLimits {
  readonly perRun: number
  readonly perPair: number
}

/** Something about to be said. */
export interface SaidMessage {
  readonly author: AgentPath
  readonly recipients: readonly AgentPath[]
  readonly kind: TeamMessageKind
  readonly text: string
}

/** Watches what the agents of a run say to each other. */
export interface FloodWatch {
  /**
   * Counts a message, or refuses it and counts nothing. Gives what to tell the author, where it comes near to a bound. The answer to a question
   * is counted, and refused only where it is no text.
   *
   * @throws CodexError `agents.message` for one that is empty or too long, `agents.messages`, `agents.flood`, `agents.loop`
   */
  admit(message: SaidMessage): string | undefined
  /** The agent did something else than talk. */
  progressed(path: AgentPath): void
}

/** @param nowMs milliseconds of a clock that does not go back */
export function createFloodWatch(limits: MessageLimits, nowMs: () => number): FloodWatch {
  const pairs = new Map<string, number>()
  const repeats = new Map<string, number>()
  const exchanges = new Map<string, { last: AgentPath; count: number }>()
  const recent = new Map<AgentPath, { readonly atMs: number; readonly bytes: number }[]>()
  let total = 0

  const repeatKey = ({ author, kind, text }: SaidMessage, recipient: AgentPath) =>
    createHash('sha256')
      .update(JSON.stringify([author, recipient, kind, text.replaceAll(/\s+/g, ' ').trim()]))
      .digest('base64')
  const windowOf = (author: AgentPath) => {
    const since = nowMs() - floodBounds.windowMs
    return (recent.get(author) ?? []).filter(({ atMs }) => atMs > since)
  }
  const exchangeCount = (author: AgentPath, recipient: AgentPath) => {
    const known = exchanges.get(together(author, recipient))
    return known === undefined ? 1 : known.count + (known.last === author ? 0 : 1)
  }

  function assertRoom(message: SaidMessage, bytes: number): void {
    const { author, recipients } = message
    if (total + recipients.length > limits.perRun)
      throw tooMany(`The agents of this run said ${limits.perRun} messages`, 'agents.max_messages')
    const full = recipients.find((each) => (pairs.get(oneWay(author, each)) ?? 0) >= limits.perPair)
    if (full !== undefined)
      throw tooMany(`${author} said ${limits.perPair} messages to ${full}`, 'agents.max_messages_per_pair')
    const window = windowOf(author)
    const sent = window.reduce((sum, each) => sum + each.bytes, 0)
    if (window.length >= floodBounds.messages || sent + bytes > floodBounds.bytes) throw flood(author)
    const same = recipients.find((each) => (repeats.get(repeatKey(message, each)) ?? 0) + 1 >= repeatBounds.refusedAt)
    if (same !== undefined) throw repeated(same)
    const circling = recipients.find((each) => exchangeCount(author, each) >= exchangeBounds.refusedAt)
    if (circling !== undefined) throw pingPong(author, circling)
  }

  return {
    admit(message) {
      const { author, recipients, kind, text } = message
      const bytes = Buffer.byteLength(text)
      assertText(text, bytes)
      // Who was asked may always answer: there are no more answers than questions.
      if (kind !== 'answer') assertRoom(message, bytes)
      const hints = recipients.flatMap((recipient): string[] => {
        const key = repeatKey(message, recipient)
        const count = (repeats.get(key) ?? 0) + 1
        const turns = exchangeCount(author, recipient)
        pairs.set(oneWay(author, recipient), (pairs.get(oneWay(author, recipient)) ?? 0) + 1)
        repeats.set(key, count)
        exchanges.set(together(author, recipient), { last: author, count: turns })
        if (kind === 'answer') return []
        if (count >= repeatBounds.hintAt) return [repeatHint(recipient, count)]
        return turns >= exchangeBounds.hintAt ? [exchangeHint(recipient, turns)] : []
      })
      total += recipients.length
      recent.set(author, [...windowOf(author), { atMs: nowMs(), bytes }])
      return hints[0]
    },
    progressed(path) {
      for (const key of exchanges.keys()) if (key.split(' ').includes(path)) exchanges.delete(key)
    },
  }
}

const oneWay = (from: AgentPath, to: AgentPath): string => `${from} ${to}`
const together = (a: AgentPath, b: AgentPath): string => (a < b ? oneWay(a, b) : oneWay(b, a))

function assertText(text: string, bytes: number): void {
  if (text.trim() === '')
    throw new CodexError('agents.message', 'The message is empty', { hint: 'Say what the other agent is to know.' })
  if (bytes <= floodBounds.messageBytes) return
  const [has, may] = [bytes, floodBounds.messageBytes].map(grouped)
  throw new CodexError('agents.message', `The message has ${has} bytes, and ${may} are the most`, {
    hint: 'Say less, or write it to a file and name that.',
  })
}

function repeatHint(recipient: AgentPath, count: number): string {
  return `${recipient} was told the same ${count} times; from ${repeatBounds.refusedAt} on it is refused. Say something else, or go on with what is known.`
}

function exchangeHint(recipient: AgentPath, count: number): string {
  return `${count} messages went to and fro with ${recipient} and nothing else was done; from ${exchangeBounds.refusedAt} on they are refused. Do something with a tool, or finish.`
}

function tooMany(what: string, key: string): CodexError {
  return new CodexError('agents.messages', `${what}, which is the limit`, {
    hint: `Finish with what is known. The limit is ${key} of the configuration.`,
  })
}

function flood(author: AgentPath): CodexError {
  const { messages, bytes, windowMs } = floodBounds
  return new CodexError(
    'agents.flood',
    `${author} says too much at once: at most ${messages} messages, and ${grouped(bytes)} bytes, in ${windowMs / 1000} seconds`,
    { hint: 'Say what matters in one message, and wait until the others have read it.' },
  )
}

function repeated(recipient: AgentPath): CodexError {
  return new CodexError('agents.loop', `${recipient} was told the same ${repeatBounds.refusedAt - 1} times already`, {
    hint: 'It has read that. Say something else, or go on with what is known.',
  })
}

function pingPong(author: AgentPath, recipient: AgentPath): CodexError {
  return new CodexError(
    'agents.loop',
    `${exchangeBounds.refusedAt - 1} messages went to and fro between ${author} and ${recipient}, and neither did anything else`,
    { hint: 'Do something with a tool first, or finish with what is known.' },
  )
}
