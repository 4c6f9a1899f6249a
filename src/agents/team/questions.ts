import type { QuestionOutcome } from '../../plugin-api/agent-team.ts'
import type { AgentPath, AgentStatus } from '../../plugin-api/agent-tree.ts'
import { CodexError } from '../../plugin-api/errors.ts'

/** A question that was put to an agent. */
export interface OpenQuestion {
  readonly id: string
  readonly asker: AgentPath
  readonly recipient: AgentPath
  /** What comes of it, once. Never rejects. */
  readonly outcome: Promise<QuestionOutcome>
}

/** The questions between the agents of a run, and who waits for whom. */
export interface Questions {
  /** The circle that would close if the one waited for the other, the asker first; undefined: none. */
  circle(asker: AgentPath, recipient: AgentPath): readonly AgentPath[] | undefined
  ask(id: string, asker: AgentPath, recipient: AgentPath): OpenQuestion
  /** The agent has the question before it. With `begins` its turn was begun by it. */
  read(id: string, begins: boolean): void
  /**
   * Ends a question with the words of the one that was asked. Gives who asked, and whether it still waits: a late answer has to be told.
   *
   * @throws CodexError `agents.unknown_question` where there is none of that id put to `by`, or it is answered
   */
  answer(id: string, by: AgentPath, text: string): { readonly asker: AgentPath; readonly isAwaited: boolean }
  /** The asker waits no longer. */
  expire(id: string): void
  /** A turn of the agent ended: what it has read is over. With `forGood` what it has not read is, too. */
  ended(path: AgentPath, status: AgentStatus, forGood: boolean): void
  /** An agent waits until one of others works no more; call what comes back when it does not wait any longer. */
  waits(path: AgentPath, targets: readonly AgentPath[]): () => void
}

interface Entry extends OpenQuestion {
  readonly resolve: (outcome: QuestionOutcome) => void
  state: 'open' | 'late' | 'closed'
  isRead: boolean
  begins: boolean
}

/** None yet. */
export function createQuestions(): Questions {
  const entries = new Map<string, Entry>()
  const waits = new Map<object, { readonly path: AgentPath; readonly targets: readonly AgentPath[] }>()

  /** For whom an agent waits, each wait by itself: all of them have to end before it goes on. */
  const waitsOf = (path: AgentPath): readonly (readonly AgentPath[])[] => [
    ...[...entries.values()].flatMap(({ asker, recipient, state }) =>
      asker === path && state === 'open' ? [[recipient]] : [],
    ),
    ...[...waits.values()].flatMap((wait) => (wait.path === path ? [wait.targets] : [])),
  ]

  /** The way from one agent to another by which it can never go on; a wait for several is over when one of them can. */
  function wayTo(from: AgentPath, to: AgentPath, seen: ReadonlySet<AgentPath>): readonly AgentPath[] | undefined {
    if (from === to) return [from]
    if (seen.has(from)) return []
    const now = new Set([...seen, from])
    for (const targets of waitsOf(from)) {
      const ways = targets.map((target) => wayTo(target, to, now))
      if (ways.length > 0 && ways.every((way) => way !== undefined)) {
        const way = ways.find((each) => each.length > 0)
        if (way) return [from, ...way]
      }
    }
    return undefined
  }

  function close(entry: Entry, outcome: QuestionOutcome): void {
    entry.state = 'closed'
    entry.resolve(outcome)
    entries.delete(entry.id)
  }

  return {
    circle(asker, recipient) {
      const way = wayTo(recipient, asker, new Set())
      return way && [asker, ...way]
    },
    ask(id, asker, recipient) {
      const { promise: outcome, resolve } = Promise.withResolvers<QuestionOutcome>()
      const entry: Entry = { id, asker, recipient, outcome, resolve, state: 'open', isRead: false, begins: false }
      entries.set(id, entry)
      return entry
    },
    read(id, begins) {
      const entry = entries.get(id)
      if (!entry) return
      entry.isRead = true
      entry.begins ||= begins
    },
    answer(id, by, text) {
      const entry = entries.get(id)
      if (entry?.recipient !== by) throw unknownQuestion(id)
      const { asker, state } = entry
      close(entry, { outcome: 'answered', answer: text })
      return { asker, isAwaited: state === 'open' }
    },
    expire(id) {
      const entry = entries.get(id)
      if (entry?.state !== 'open') return
      entry.state = 'late'
      entry.resolve({ outcome: 'timed_out' })
    },
    ended(path, status, forGood) {
      for (const entry of [...entries.values()].filter(({ recipient }) => recipient === path)) {
        if (!entry.isRead && !forGood) continue
        const { state, message } = status
        const isAnswer = entry.begins && state === 'completed' && message !== undefined
        if (isAnswer) close(entry, { outcome: 'answered', answer: message })
        else close(entry, { outcome: 'ended', state, ...(message !== undefined && { message }) })
      }
    },
    waits(path, targets) {
      const key = {}
      waits.set(key, { path, targets })
      return () => void waits.delete(key)
    },
  }
}

function unknownQuestion(id: string): CodexError {
  return new CodexError(
    'agents.unknown_question',
    `No question ${JSON.stringify(id.slice(0, 60))} waits for an answer of this agent`,
    {
      hint: 'Name the id that came with the question. One that was answered, or whose asker has ended, needs no answer.',
    },
  )
}
