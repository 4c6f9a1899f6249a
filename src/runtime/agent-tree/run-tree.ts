import type { AgentSlot, AgentSlots } from '../../agents/agent-slots.ts'
import type { AgentTree, NewAgent } from '../../agents/tree/agent-tree.ts'
import { heardItem } from '../../agents/tree/heard-item.ts'
import type { AgentMessage, AgentNode, AgentPath, AgentState, AgentStatus } from '../../plugin-api/agent-tree.ts'
import { CodexError } from '../../plugin-api/errors.ts'
import type { Finding, HistoryItem, SpawnRequest, ThreadEvent } from '../../plugin-api/index.ts'
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
  /** Ends all of them. Nothing begins any more. */
  end(): Promise<void>
}

interface Worker extends BegunAgent {
  hasBegun: boolean
  turn?: { readonly stop: AbortController; readonly done: Promise<void> }
  failure?: { readonly error: unknown }
}

/**
 * @param maxTurnMs how long one turn of an agent may take; absent: no bound
 * @param signal of the run
 */
export function createRunTree(
  { tree, slots, maxTurnMs }: { readonly tree: AgentTree; readonly slots: AgentSlots; readonly maxTurnMs?: number },
  signal: AbortSignal,
): RunTree {
  const workers = new Map<AgentPath, Worker>()
  let isOver = false

  function begin(path: AgentPath, worker: Worker): void {
    const isClosed = tree.at(path).status.state === 'shutdown'
    const task = isOver || isClosed || worker.turn ? undefined : tree.takeTask(path)
    if (!task) return
    const stop = new AbortController()
    delete worker.failure
    // A turn that failed before it began may be tried again.
    if (tree.at(path).status.state !== 'pending_init') tree.become(path, { state: 'pending_init' })
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
    begin(path, worker)
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
        if (event.item.type === 'finding') worker.sink.found(event.item.finding)
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

  async function stopAll(nodes: readonly AgentNode[], as: AgentState): Promise<void> {
    const turns = nodes.flatMap(({ path }) => workers.get(path)?.turn ?? [])
    for (const { stop } of turns) stop.abort(new CodexError('interrupted', 'The agent was told to stop'))
    for (const { path } of nodes) if (as === 'shutdown') tree.become(path, { state: 'shutdown' })
    await within(Promise.all(turns.map(({ done }) => done)), stopGraceMs)
  }

  return {
    tree,
    itemOf(message) {
      const isInEnvelope = [message.author, message.recipient].some((path) => workers.get(path)?.tells === 'message')
      return heardItem(message, tree.at(message.author), isInEnvelope)
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
    async end() {
      isOver = true
      await stopAll(tree.below('/root'), 'interrupted')
    },
  }
}

/** How the turn of an agent ended that may have been told to stop: one that was done by then stays done. */
function stoppedAs(end: AgentStatus, { aborted, reason }: AbortSignal): AgentStatus {
  if (!aborted || end.state === 'completed') return end
  return reason instanceof CodexError && reason.code === 'agents.time'
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
