import { isAtWork } from '../../agents/tree/agent-states.ts'
import { maxWaiting } from '../../agents/tree/agent-tree.ts'
import { nearestNames } from '../../kernel/nearest-names.ts'
import type {
  AskedQuestion,
  PublishedFinding,
  QuestionOutcome,
  TeamMessageKind,
  TeamMessageSent,
} from '../../plugin-api/agent-team.ts'
import type { AgentNode, AgentPath } from '../../plugin-api/agent-tree.ts'
import { CodexError, isCodexError } from '../../plugin-api/errors.ts'
import { grouped } from '../../plugin-api/grouped.ts'
import type { Finding } from '../../plugin-api/index.ts'
import type { SharedFinding, ShownTeamMessage, ThreadTeam } from '../../tools/context/gated-team.ts'
import type { TreeHolder } from './hold-tree.ts'
import type { RunTree } from './run-tree.ts'

/** Longest time that a question may wait: an hour, in milliseconds. */
const maxTimeoutMs = 3_600_000

/** The agent that talks. */
export interface TalkingThread {
  readonly holder: TreeHolder
  readonly path: AgentPath
  /** Id of its definition. */
  readonly agent: string
  /** True where no turn can follow one that has ended: nothing is kept of the threads of the run. */
  readonly isEphemeral: boolean
  /** Lends the room of the thread to others while it waits. */
  lend<Result>(work: () => Promise<Result>, signal: AbortSignal): Promise<Result>
}

/** What one agent says to the others of its run. */
export function teamOfThread({
  holder,
  path,
  agent,
  isEphemeral,
  lend,
}: TalkingThread): Omit<ThreadTeam, 'showBesides'> {
  /** Who is there to talk to; the run itself is nobody. */
  const others = ({ tree, scopeOf }: RunTree): readonly AgentNode[] =>
    tree.below(scopeOf(path)).filter((node) => node.depth >= 0 && node.path !== path)

  function find(run: RunTree, target: string): AgentNode {
    const nodes = others(run)
    const parent = path.slice(0, path.lastIndexOf('/'))
    const wanted = target.startsWith('/') ? [target] : [`${path}/${target}`, `${parent}/${target}`]
    const found =
      wanted.flatMap((each) => nodes.filter((node) => node.path === each))[0] ??
      nodes.find(({ threadId }) => threadId === target)
    if (found) return found
    if (target === path || run.tree.at(path).threadId === target) throw toItself(path)
    throw unknownAgent(target, nodes)
  }

  function deliver(
    { tree, tell }: RunTree,
    said: { readonly id: string; readonly kind: TeamMessageKind; readonly inReplyTo?: string },
    recipients: readonly AgentPath[],
    text: string,
  ): ShownTeamMessage {
    const content = { type: 'text', text } as const
    for (const recipient of recipients) {
      // Somebody else may have ended it meanwhile: then there is nobody to read it.
      if (tree.at(recipient).status.state === 'shutdown') continue
      tell({ kind: 'message', author: path, recipient, content, triggersTurn: said.kind === 'question', said })
    }
    return shown(said, path, recipients, text)
  }

  /** Those who read what is said to all: who works, and has room for it. */
  const listeners = (run: RunTree): readonly AgentPath[] =>
    others(run).flatMap((node) =>
      isAtWork(node.status.state) && run.tree.mail(node.path).length < maxWaiting ? [node.path] : [],
    )

  function assertReads(run: RunTree, node: AgentNode): void {
    if (isOver(run, node)) throw ended(node)
    if (run.tree.mail(node.path).length < maxWaiting) return
    throw new CodexError('agents.limit', `${maxWaiting} messages wait for ${node.path} already`, {
      hint: 'Wait until it has read them.',
    })
  }

  /** True for one that does nothing any more, and that nothing can begin again. */
  const isOver = ({ isWorker }: RunTree, { path: of, status }: AgentNode): boolean =>
    status.state === 'shutdown' || (!isAtWork(status.state) && !isWorker(of))

  return {
    find: async (target) => find(await holder.open(), target),
    async beginsTurn(target) {
      const { status } = target
      return !isAtWork(status.state) && !isOver(await holder.open(), target)
    },
    async tell(target, kind, text) {
      const run = await holder.open()
      const one = target === 'all' ? undefined : find(run, target)
      if (one) assertReads(run, one)
      const recipients = one ? [one.path] : listeners(run)
      if (recipients.length === 0) throw nobodyThere()
      const hint = run.team.flood.admit({ author: path, recipients, kind, text })
      const said = { id: run.team.nextId(), kind }
      return { sent: sentTo(said.id, recipients, hint), shown: deliver(run, said, recipients, text) }
    },
    async ask(node, text, timeoutMs, show, signal) {
      if (!Number.isInteger(timeoutMs) || timeoutMs < 1 || timeoutMs > maxTimeoutMs) throw noTimeout(timeoutMs)
      const run = await holder.open()
      const { questions, flood } = run.team
      const recipient = node.path
      const now = run.tree.at(recipient)
      const cannot = cannotAnswer(run, now, { holder, isEphemeral })
      if (cannot) return { ...cannot, recipient }
      const circle = questions.circle(path, recipient)
      if (circle) return { outcome: 'circle', path: circle, recipient }
      assertReads(run, now)
      const hint = flood.admit({ author: path, recipients: [recipient], kind: 'question', text })
      const id = run.team.nextId()
      const asked = questions.ask(id, path, recipient)
      show(deliver(run, { id, kind: 'question' }, [recipient], text))
      const timer = setTimeout(() => questions.expire(id), timeoutMs)
      const stopped = () => questions.expire(id)
      signal.addEventListener('abort', stopped, { once: true })
      try {
        const outcome = await lend(() => asked.outcome, signal)
        signal.throwIfAborted()
        return withFacts(outcome, { id, recipient, hint })
      } finally {
        clearTimeout(timer)
        signal.removeEventListener('abort', stopped)
      }
    },
    async answer(questionId, text) {
      const run = await holder.open()
      run.team.flood.admit({ author: path, recipients: [], kind: 'answer', text })
      const { asker, isAwaited } = run.team.questions.answer(questionId, path, text)
      const said = { id: run.team.nextId(), kind: 'answer', inReplyTo: questionId } as const
      const isThere = run.tree.at(asker).status.state !== 'shutdown'
      const message = isAwaited || !isThere ? shown(said, path, [asker], text) : deliver(run, said, [asker], text)
      return { sent: sentTo(said.id, [asker], undefined), shown: message }
    },
    async publish(finding) {
      const run = await holder.open()
      const published = run.team.findings.publish(agent, finding)
      if (!published) throw tooManyFindings()
      const hint = published.isNew ? tellFinding(run, published.finding) : undefined
      return { ...published, ...(hint !== undefined && { hint }) } satisfies PublishedFinding & SharedFinding
    },
    boardGet: async (key) => (await holder.open()).team.board.get(key),
    boardList: async (prefix) => (await holder.open()).team.board.list(prefix),
    boardSet: async (key, value, version) =>
      (await holder.open()).team.board.set({ key, value, version, author: path }),
  }

  /** A finding stays published where too much was said already; then it is not told, and that is said. */
  function tellFinding(run: RunTree, { severity, file, range, message, rule }: Finding): string | undefined {
    const recipients = listeners(run)
    const text = `${severity} ${file}:${range.start.line} ${message} (${rule})`
    try {
      const hint =
        recipients.length > 0 ? run.team.flood.admit({ author: path, recipients, kind: 'finding', text }) : undefined
      deliver(run, { id: run.team.nextId(), kind: 'finding' }, recipients, text)
      return hint
    } catch (error) {
      if (!isCodexError(error)) throw error
      return `It is published, and was not told to the others: ${error.message}`
    }
  }
}

function sentTo(id: string, recipients: readonly AgentPath[], hint: string | undefined): TeamMessageSent {
  return { id, recipients, ...(hint !== undefined && { hint }) }
}

function shown(
  { id, kind, inReplyTo }: { readonly id: string; readonly kind: TeamMessageKind; readonly inReplyTo?: string },
  author: AgentPath,
  recipients: readonly AgentPath[],
  text: string,
): ShownTeamMessage {
  const reply = inReplyTo === undefined ? {} : { in_reply_to: inReplyTo }
  return { type: 'team_message', message_id: id, kind, author, recipients, text, ...reply }
}

function withFacts(
  outcome: QuestionOutcome,
  { id, recipient, hint }: { readonly id: string; readonly recipient: AgentPath; readonly hint: string | undefined },
): AskedQuestion {
  return { ...outcome, id, recipient, ...(hint !== undefined && { hint }) }
}

/** Why an agent will not answer, as far as that is known before it is asked. */
function cannotAnswer(
  { isWorker }: RunTree,
  { path, status }: AgentNode,
  { holder, isEphemeral }: Pick<TalkingThread, 'holder' | 'isEphemeral'>,
): QuestionOutcome | undefined {
  const { state, message } = status
  const works = isAtWork(state)
  if (state === 'shutdown' || (!works && (!isWorker(path) || isEphemeral)))
    return { outcome: 'ended', state, ...(message !== undefined && { message }) }
  if (holder.deaf.has(path))
    return { outcome: 'cannot_answer', reason: `${path} carries out a playbook, which reads no messages` }
  return undefined
}

function toItself(path: AgentPath): CodexError {
  return new CodexError('agents.unknown_target', `${path} is the agent itself`, { hint: 'Name another one.' })
}

function unknownAgent(target: string, nodes: readonly AgentNode[]): CodexError {
  const names = nodes.flatMap(({ path }) => [path, path.slice(path.lastIndexOf('/') + 1)])
  const nearest = nearestNames(target, names)
  const there = nodes.map(({ path }) => path).join(', ') || 'nobody'
  const offer = nearest.length > 0 ? `Did you mean ${nearest.join(' or ')}? ` : ''
  return new CodexError(
    'agents.unknown_target',
    `There is no agent ${JSON.stringify(target.slice(0, 200))} to talk to`,
    {
      hint: `${offer}There are: ${there}. What is for one that has not begun can be left on the board.`,
    },
  )
}

function ended({ path, status }: AgentNode): CodexError {
  return new CodexError('agents.ended', `${path} has ended (${status.state}), and reads nothing more`, {
    hint: 'Go on without it. What it said last came when it ended.',
  })
}

function nobodyThere(): CodexError {
  return new CodexError('agents.ended', 'Nobody else works at the moment who could read it', {
    hint: 'What is for later can be left on the board.',
  })
}

function noTimeout(timeoutMs: number): CodexError {
  return new CodexError('agents.message', `${timeoutMs} is no time to wait for an answer`, {
    hint: `Milliseconds, a whole number from 1 to ${grouped(maxTimeoutMs)}.`,
  })
}

function tooManyFindings(): CodexError {
  return new CodexError('agents.messages', 'The agents of this run published as many findings as a run keeps', {
    hint: 'Say what is left in the last message.',
  })
}
