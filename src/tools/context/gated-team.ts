import type {
  AgentNode,
  AskedQuestion,
  BoardEntry,
  Finding,
  GatedTeam,
  PublishedFinding,
  TeamMessageSent,
  ThreadItemBody,
  ToolEvent,
} from '../../plugin-api/index.ts'
import type { ActionScope } from './gated-action.ts'

/** A message as the stream shows it. */
export type ShownTeamMessage = Extract<ThreadItemBody, { type: 'team_message' }>

/** A published finding, and what it is known by in the run. */
export type SharedFinding = PublishedFinding & { readonly key: string }

/** What one thread says to other agents; what is to be shown of it comes back, or is shown by `show`. */
export interface ThreadTeam {
  /** @throws CodexError `agents.unknown_target` */
  find(target: string): Promise<AgentNode>
  /** True for one that does nothing, and begins a turn when it is asked. */
  beginsTurn(target: AgentNode): Promise<boolean>
  tell(
    target: string,
    kind: 'suggestion' | 'result',
    text: string,
  ): Promise<{ readonly sent: TeamMessageSent; readonly shown: ShownTeamMessage }>
  ask(
    target: AgentNode,
    question: string,
    timeoutMs: number,
    show: (message: ShownTeamMessage) => void,
    signal: AbortSignal,
  ): Promise<AskedQuestion>
  answer(
    questionId: string,
    text: string,
  ): Promise<{ readonly sent: TeamMessageSent; readonly shown: ShownTeamMessage }>
  publish(finding: Finding): Promise<SharedFinding>
  boardGet(key: string): Promise<BoardEntry | undefined>
  boardList(prefix: string): Promise<readonly BoardEntry[]>
  boardSet(key: string, value: string | null, version: number): Promise<BoardEntry | undefined>
  /** Shows something in the stream that a person reads, where that is another one than the thread's. */
  showBesides(key: string, item: ThreadItemBody): void
}

/** What the gate and the stream have to do with it. */
export interface TeamCall {
  readonly actions: ActionScope
  redact(text: string): string
  redactFinding(finding: Finding): Finding
  emit(event: ToolEvent): void
  readonly signal: AbortSignal
}

/** To ask an agent that does nothing is to hand it work: the gate decides about it. All else are words, without secrets, and shown. */
export function gatedTeam(open: () => Promise<ThreadTeam>, call: TeamCall): GatedTeam {
  const { actions, redact, emit, signal } = call
  let count = 0
  const showIn = (team: ThreadTeam) => (item: ShownTeamMessage) => {
    count += 1
    emit({ type: 'item', key: `team:${count}`, item, done: true })
    team.showBesides(`team ${item.message_id}`, item)
  }
  return {
    async tell(target, kind, text) {
      const team = await open()
      const { sent, shown } = await team.tell(target, kind, redact(text))
      showIn(team)(shown)
      return sent
    },
    async ask(target, question, timeoutMs) {
      const team = await open()
      const node = await team.find(target)
      const ask = () => team.ask(node, redact(question), timeoutMs, showIn(team), signal)
      if (!(await team.beginsTurn(node))) return await ask()
      return await actions.perform({ kind: 'delegate', agent: node.agent }, ask, () => `thread ${node.threadId}`)
    },
    async answer(questionId, text) {
      const team = await open()
      const { sent, shown } = await team.answer(questionId, redact(text))
      showIn(team)(shown)
      return sent
    },
    async publish(found) {
      const team = await open()
      const { key, ...published } = await team.publish(call.redactFinding(found))
      const item = { type: 'finding', finding: published.finding, authors: [...published.authors] } as const
      emit({ type: 'item', key: `open:finding:${key}`, item, done: true })
      team.showBesides(`open:finding:${key}`, item)
      return published
    },
    boardGet: async (key) => (await open()).boardGet(key),
    boardList: async (prefix) => (await open()).boardList(prefix),
    boardSet: async (key, value, version) =>
      (await open()).boardSet(key, value === null ? null : redact(value), version),
  }
}
