import type { AgentSlot, AgentSlots } from '../../agents/agent-slots.ts'
import type { Team } from '../../agents/team/team.ts'
import { rootPath } from '../../agents/tree/agent-path.ts'
import type { AgentTree, NewAgent } from '../../agents/tree/agent-tree.ts'
import { heardItem } from '../../agents/tree/heard-item.ts'
import type { AgentMessage, AgentNode, AgentPath, AgentState, AgentStatus } from '../../plugin-api/agent-tree.ts'
import { CodexError } from '../../plugin-api/errors.ts'
import type { Finding, HistoryItem, SpawnRequest, ThreadEvent, ThreadItem } from '../../plugin-api/index.ts'
import type { DenialItem } from '../../tools/context/gated-threads.ts'

/** How long the end of a run waits for agents that were told to stop: commands are ended and records written within it. */
const stopGraceMs = 2000

/** A turn of an agent. */
export interface AgentTurn {
  readonly node: AgentNode
  /** What it begins with. */
  readonly task: AgentMessage
  /** True for the first turn of a thread; false where it goes on. */
  readonly isNew: boolean
}

/** Begins the turn of an agent's thread. */
export type RunAgentTurn = (turn: AgentTurn, slot: AgentSlot, signal: AbortSignal) => AsyncIterable<ThreadEvent>

/** Who is told what comes out of an agent while it works. */
export interface AgentSink {
  found(finding: Finding): void
  denied(denial: DenialItem): void
}

/** An agent to be begun. */
export interface BegunAgent extends NewAgent {
  readonly tells: NonNullable<SpawnRequest['tells']>
  readonly sink: AgentSink
  readonly runTurn: RunAgentTurn
  /** False for a kept thread that goes on. */
  readonly isNew: boolean
  /** Ends it, where it ends before the run does. */
  readonly signal?: AbortSignal
}

/** The agents of a run, each of which works by itself as soon as there is room. */
export interface RunTree {
  readonly tree: AgentTree
  /** What they say to each other. */
  readonly team: Team
  /** The part of the tree that an agent can talk to: all of it, or in a run whose tasks keep to themselves its own task and what that began. */
  scopeOf(path: AgentPath): AgentPath
  /** Whether there is somebody beside it to talk to. */
  hasTeam(path: AgentPath): boolean
  /**
   * Puts a thread that the run itself begins, such as that of a task, at a place below the root, or into its place again.
   *
   * @param stop aborted where the agent is told to stop
   */
  join(thread: NewAgent, again: AgentPath | undefined, stop: AbortController): AgentNode
  /** True for one that another agent began: it can be given a turn. */
  isWorker(path: AgentPath): boolean
  /** Told of all that an agent's thread says: what it does besides talking counts. */
  see(path: AgentPath, event: ThreadEvent): void
  /** Such a thread has ended: so have those that it began, and nobody waits for it. */
  left(path: AgentPath, status: AgentStatus): Promise<void>
  /** Ends all agents below one, for good. */
  endBelow(path: AgentPath): Promise<void>
  /** What was said to an agent since it last heard, as its history has it. */
  hear(path: AgentPath, how: { readonly isLast: boolean }): readonly HistoryItem[]
  /** Puts one below another. It does nothing until it is told a task. @throws CodexError `agents.*` */
  add(parent: AgentPath, agent: BegunAgent): AgentNode
  /** The message as the history of its recipient has it. */
  itemOf(message: AgentMessage): HistoryItem
  /** Puts a message before an agent, and begins a turn where it asks for one and none is on. @throws CodexError `agents.limit` */
  tell(message: AgentMessage): void
  /** Ends the turns of an agent and of all below it; resolves when they have ended, or had their time to. Gives what it was about. */
  stop(path: AgentPath, as: Extract<AgentState, 'interrupted' | 'shutdown'>): Promise<AgentStatus>
  /** Resolves when the agent's turn is over; rejects with what was thrown before it began. */
  settled(path: AgentPath): Promise<void>
  /** Ends all of them. Nothing begins any more. @param why absent: the run is over */
  end(why?: CodexError): Promise<void>
}

interface Worker extends BegunAgent {
  hasBegun: boolean
  turn?: { readonly stop: AbortController; readonly done: Promise<void> }
  failure?: { readonly error: unknown }
}

/** What the agents of a run are held by. */
export interface RunTreeDeps {
  readonly tree: AgentTree
  readonly team: Team
  readonly slots: AgentSlots
  /** How long one turn of an agent may take. Absent: no bound. */
  readonly maxTurnMs?: number
  /** Who talks to whom: `all`; `tasks`: all, and each thread below the root has a team from its beginning; `own`: each within its own task. */
  readonly talk: 'all' | 'tasks' | 'own'
  /** Agents that read no messages. */
  readonly deaf: ReadonlySet<AgentPath>
}

/** @param signal of the run */
export function createRunTree({ tree, team, slots, maxTurnMs, talk, deaf }: RunTreeDeps, signal: AbortSignal): RunTree {
  const workers = new Map<AgentPath, Worker>()
  const joined = new Map<AgentPath, AbortController>()
  let isOver = false

  function begin(path: AgentPath, worker: Worker): void {
    const isClosed = tree.at(path).status.state === 'shutdown'
    // A playbook would only carry out its steps again.
    const isTold = !deaf.has(path) || tree.mail(path).some(({ said, triggersTurn }) => triggersTurn && !said)
    const task = isOver || isClosed || worker.turn || !isTold ? undefined : tree.takeTask(path)
    if (!task) return
    const stop = new AbortController()
    delete worker.failure
    // A turn that failed before it began may be tried again.
    if (tree.at(path).status.state !== 'pending_init') tree.become(path, { state: 'pending_init' })
    const told = [task, ...tree.mail(path)]
    const isAsked = told.every(({ kind }) => kind !== 'task')
    for (const { said } of told) if (said?.kind === 'question' && isAsked) team.questions.read(said.id, true)
    worker.turn = { stop, done: pump(path, worker, task, stop) }
  }

  /** Owns whatever goes wrong in the turn of an agent: it becomes its status, and is never thrown. */
  async function pump(path: AgentPath, worker: Worker, task: AgentMessage, stop: AbortController): Promise<void> {
    const ends = turnEnds(worker, stop)
    let room: AgentSlot | undefined
    let end: AgentStatus = failed('its thread ended without a turn')
    try {
      room = await slots.take(ends.signal)
      const turn = { node: tree.at(path), task, isNew: worker.isNew && !worker.hasBegun }
      for await (const event of worker.runTurn(turn, room, ends.signal)) end = see(path, worker, event) ?? end
      end = stoppedAs(end, ends.signal)
    } catch (error) {
      worker.failure = { error }
      end = stoppedAs(failed(messageOf(error)), ends.signal)
    } finally {
      ends.clear()
      room?.release()
      delete worker.turn
    }
    // Its record is whole by now, and the note is there when somebody wakes.
    report(path, worker, end)
    tree.become(path, end)
    team.questions.ended(path, end, false)
    begin(path, worker)
    if (!worker.turn) team.questions.ended(path, tree.at(path).status, true)
  }

  /** What ends a turn before it has ended by itself. */
  function turnEnds({ signal: ofCall }: Worker, stop: AbortController) {
    const timer =
      maxTurnMs === undefined ? undefined : setTimeout(() => stop.abort(tookTooLong(maxTurnMs)), maxTurnMs).unref()
    const all = [signal, stop.signal, ...(ofCall ? [ofCall] : [])]
    return { signal: AbortSignal.any(all), clear: () => clearTimeout(timer) }
  }

  /** Gives how the turn ended, once it has. */
  function see(path: AgentPath, worker: Worker, event: ThreadEvent): AgentStatus | undefined {
    switch (event.type) {
      case 'turn.started':
        worker.hasBegun = true
        tree.become(path, { state: 'running' })
        return undefined
      case 'usage':
        tree.used(path, event.total)
        return undefined
      case 'item.completed':
        // One with authors was published: it is on the stream of the run.
        if (event.item.type === 'finding' && !event.item.authors) worker.sink.found(event.item.finding)
        if (event.item.type === 'denial') {
          const { id: _, ...denial } = event.item
          worker.sink.denied(denial)
        }
        return undefined
      case 'turn.completed': {
        const message = event.last_agent_message
        return { state: 'completed', ...(message !== undefined && { message }) }
      }
      case 'turn.failed':
        return failed(event.error.message)
      case 'turn.interrupted':
        return { state: 'interrupted' }
      default:
        return undefined
    }
  }

  /** The one that began it reads it with its next request. */
  function report(path: AgentPath, { tells }: Worker, status: AgentStatus): void {
    const { parentPath, status: now } = tree.at(path)
    if (tells === 'none' || parentPath === undefined || now.state === 'shutdown' || isOver) return
    const content = { type: 'text', text: status.message ?? '' } as const
    tree.deliver({ kind: 'end', author: path, recipient: parentPath, content, triggersTurn: false, status })
  }

  async function stopAll(
    nodes: readonly AgentNode[],
    as: AgentState,
    why = new CodexError('interrupted', 'The agent was told to stop'),
  ): Promise<void> {
    const turns = nodes.flatMap(({ path }) => workers.get(path)?.turn ?? [])
    for (const { stop } of turns) stop.abort(why)
    for (const { path } of nodes) joined.get(path)?.abort(why)
    for (const { path } of nodes) if (as === 'shutdown') tree.become(path, { state: 'shutdown' })
    await within(Promise.all(turns.map(({ done }) => done)), stopGraceMs)
    for (const { path } of nodes) if (as === 'shutdown') team.questions.ended(path, tree.at(path).status, true)
  }

  const endBelow = async (path: AgentPath): Promise<void> => {
    const nodes = tree.below(path).filter((node) => node.path !== path)
    if (nodes.length > 0) await stopAll(nodes, 'shutdown')
  }

  const scopeOf = (path: AgentPath): AgentPath => {
    const [task = rootPath] = /^\/root\/[^/]+/.exec(path) ?? []
    return talk === 'own' ? (task as AgentPath) : rootPath // it begins so
  }

  const itemOf = (message: AgentMessage): HistoryItem => {
    const isInEnvelope = [message.author, message.recipient].some((path) => workers.get(path)?.tells === 'message')
    return heardItem(message, tree.at(message.author), isInEnvelope)
  }

  return {
    tree,
    team,
    itemOf,
    scopeOf,
    hasTeam(path) {
      if (talk === 'tasks') return true
      return tree.below(scopeOf(path)).some((node) => workers.get(node.path)?.isOfCall === false)
    },
    join(thread, again, stop) {
      const node = again === undefined ? tree.add(rootPath, thread) : tree.renew(again, thread)
      joined.set(node.path, stop)
      return node
    },
    isWorker: (path) => workers.has(path),
    see(path, event) {
      if (event.type === 'item.completed' && isProgress(event.item)) team.flood.progressed(path)
    },
    endBelow,
    async left(path, status) {
      joined.delete(path)
      tree.become(path, status)
      team.questions.ended(path, tree.at(path).status, true)
      await endBelow(path)
    },
    hear(path, how) {
      const messages = tree.take(path, how)
      for (const { said } of messages) if (said?.kind === 'question') team.questions.read(said.id, false)
      return messages.map(itemOf)
    },
    add(parent, agent) {
      const node = tree.add(parent, agent)
      workers.set(node.path, { ...agent, hasBegun: false })
      return node
    },
    tell(message) {
      const { recipient: path } = message
      tree.deliver(message)
      const worker = workers.get(path)
      if (worker) begin(path, worker)
    },
    async stop(path, as) {
      const { status } = tree.at(path)
      await stopAll(tree.below(path), as)
      return status
    },
    async settled(path) {
      const worker = workers.get(path)
      while (worker?.turn) await worker.turn.done
      if (worker?.failure) throw worker.failure.error
    },
    async end(why) {
      // What has read a question gives no answer any more; who asked goes on.
      isOver = true
      await stopAll(tree.below('/root'), 'interrupted', why)
    },
  }
}

/** What an agent does besides talking. The tools of a team have items of their own, or tell one. */
function isProgress({ type }: ThreadItem): boolean {
  return type === 'tool_call' || type === 'command_execution' || type === 'file_change' || type === 'mcp_tool_call'
}

/** How the turn of an agent ended that may have been told to stop: one that was done by then stays done. */
function stoppedAs(end: AgentStatus, { aborted, reason }: AbortSignal): AgentStatus {
  if (!aborted || end.state === 'completed') return end
  return reason instanceof CodexError && (reason.code === 'agents.time' || reason.code === 'budget.time')
    ? failed(reason.message)
    : { state: 'interrupted' }
}

function failed(message: string): AgentStatus {
  return { state: 'errored', message }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

function tookTooLong(maxTurnMs: number): CodexError {
  return new CodexError('agents.time', `The agent took longer than ${maxTurnMs / 1000} seconds`, {
    hint: 'Give it less to do at once, or raise agents.job_max_runtime_seconds.',
  })
}

/** Resolves with the work, at the latest when its time is over. */
async function within(work: Promise<unknown>, timeoutMs: number): Promise<void> {
  const { promise: expired, resolve } = Promise.withResolvers<void>()
  const timer = setTimeout(resolve, timeoutMs)
  await Promise.race([work, expired]).finally(() => clearTimeout(timer))
}
