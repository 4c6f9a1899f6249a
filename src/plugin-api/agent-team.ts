import type { AgentPath, AgentState } from './agent-tree.ts'
import type { Finding } from './finding.ts'

/** What agents of a run say to each other. A finding is told by publishing it, an answer is the end of a question. */
export const teamMessageKinds = ['finding', 'question', 'answer', 'suggestion', 'result'] as const
/** One of them. */
export type TeamMessageKind = (typeof teamMessageKinds)[number]

/** What came of something that was said. */
export interface TeamMessageSent {
  /** Id of the message in its run: `m1`, `m2` and so on. */
  readonly id: string
  /** Who reads it, by path. */
  readonly recipients: readonly AgentPath[]
  /** Said to the author where it repeats itself. Absent: nothing. */
  readonly hint?: string
}

/** What came of a question. Only `answered` is an answer. */
export type QuestionOutcome =
  | { readonly outcome: 'answered'; readonly answer: string }
  /** Nobody answered in time. A later answer comes as a message. */
  | { readonly outcome: 'timed_out' }
  /** The other one ended first, or was over already; `message` is what it said last, or why it failed. */
  | { readonly outcome: 'ended'; readonly state: AgentState; readonly message?: string }
  /** It carries out a playbook, which reads no messages. */
  | { readonly outcome: 'cannot_answer'; readonly reason: string }
  /** It waits for the one that asks; the first path is the asker's, each waits for the next. */
  | { readonly outcome: 'circle'; readonly path: readonly AgentPath[] }

/** A question and what came of it. */
export type AskedQuestion = QuestionOutcome & {
  /** Id of the question; absent where it was not asked. */
  readonly id?: string
  /** Who was asked. */
  readonly recipient: AgentPath
  /** Said to the author where it repeats itself. Absent: nothing. */
  readonly hint?: string
}

/** What stands under a key of the board. */
export interface BoardEntry {
  /** 1 to 128 letters, digits, `.`, `_`, `-` and `/`. */
  readonly key: string
  /** Text, such as JSON. */
  readonly value: string
  /** Rises with each change of the board; the same number never comes again. */
  readonly version: number
  /** Who set it. */
  readonly author: AgentPath
}

/** A published finding as the run has it by now. */
export interface PublishedFinding {
  /** False where another agent had published it before; then its authors are one more. */
  readonly isNew: boolean
  /** The one that stands for all that say the same. */
  readonly finding: Finding
  /** Ids of the agents that published it. */
  readonly authors: readonly string[]
  /** Said to the author, such as that the others were not told. Absent: nothing. */
  readonly hint?: string
}

/**
 * What the agents of a run say to each other. A target is a path, a name beside or below the caller, or a thread id. What fails is a
 * CodexError: `agents.unknown_target`, `agents.ended`, `agents.message`, `agents.messages`, `agents.flood`, `agents.loop`, `agents.unknown_question`,
 * `agents.board`, `agents.board_version`.
 */
export interface GatedTeam {
  /** Says something to one, or to `all` others that are there. It is read before the next request of each. */
  tell(target: string, kind: 'suggestion' | 'result', text: string): Promise<TeamMessageSent>
  /**
   * Asks one, and waits. One that works reads it before its next request; one that does not begins a turn by it, which the gate decides as
   * handing work to it, and its last message is the answer.
   *
   * @param timeoutMs 1 to 3,600,000
   * @throws the abort reason
   */
  ask(target: string, question: string, timeoutMs: number): Promise<AskedQuestion>
  /** Answers a question that was put to the caller. */
  answer(questionId: string, text: string): Promise<TeamMessageSent>
  /** Publishes a finding: it is on the stream at once, and told to all others unless it is known. */
  publish(finding: Finding): Promise<PublishedFinding>
  /** What stands under a key. Undefined: nothing. */
  boardGet(key: string): Promise<BoardEntry | undefined>
  /** All entries whose keys begin so, by key. */
  boardList(prefix: string): Promise<readonly BoardEntry[]>
  /**
   * Sets a value, or takes it away with null.
   *
   * @param version the one that was read, 0 where nothing stood there; another one changes nothing
   */
  boardSet(key: string, value: string | null, version: number): Promise<BoardEntry | undefined>
}
