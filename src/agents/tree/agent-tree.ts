import type { AgentMessage, AgentNode, AgentPath, AgentStatus } from '../../plugin-api/agent-tree.ts'
import { CodexError } from '../../plugin-api/errors.ts'
import type { Usage } from '../../plugin-api/events.ts'
import { childPath, freeName, isAtOrBelowAgent, rootPath } from './agent-path.ts'
import { isAtWork, mayBecome } from './agent-states.ts'
import { nickname } from './nicknames.ts'

/** Messages that wait for one agent. */
export const maxWaiting = 100

/** An agent to be added below another one. */
export interface NewAgent {
  readonly threadId: string
  /** Id of its definition. */
  readonly agent: string
  /** Absent: one is made of `agent`. */
  readonly name?: string | undefined
  /** True for one that lives as long as the call that begins it: `maxOpen` does not count it. */
  readonly isOfCall: boolean
  /** How the last turn of a kept thread went. Absent: it has had none. */
  readonly status?: AgentStatus
}

/** The agents of one run: where each stands, what it is about, and what waits to be told to it. Nothing here runs anything. */
export interface AgentTree {
  /** @throws CodexError `agents.name` for a name that is none, or taken; `agents.limit` */
  add(parent: AgentPath, child: NewAgent): AgentNode
  /** Opens one that was closed, as its last turn had left it; another one stays as it is. @throws CodexError `agents.limit` */
  reopen(path: AgentPath): AgentNode
  /** What a path, a name below `from`, or a thread id names at or below `from`. @throws CodexError `agents.unknown_target` */
  find(from: AgentPath, target: string): AgentNode
  /** The agent of a path that was added. */
  at(path: AgentPath): AgentNode
  /** One and all below it, by path. */
  below(path: AgentPath): readonly AgentNode[]
  /** Gives false, and changes nothing, where the agent cannot come to that state from its own. */
  become(path: AgentPath, status: AgentStatus): boolean
  used(path: AgentPath, usage: Usage): void
  /** @throws CodexError `agents.limit` where too much waits already, unless it tells how an agent ended */
  deliver(message: AgentMessage): void
  /** What waits for an agent, oldest first. With `isLast` the turn ends unless it gets something: it takes nothing that begins no turn. */
  take(path: AgentPath, how: { readonly isLast: boolean }): readonly AgentMessage[]
  /** The first of what waits for it, where any of that begins a turn. */
  takeTask(path: AgentPath): AgentMessage | undefined
  hasMail(path: AgentPath): boolean
  /** What waits for an agent, oldest first, and stays there. */
  mail(path: AgentPath): readonly AgentMessage[]
  /** The agent of a place goes on in another thread, such as a task that is tried again. */
  renew(path: AgentPath, thread: Pick<AgentNode, 'threadId' | 'agent'>): AgentNode
  /** Resolves at the next change of a state or a mailbox. @throws the abort reason */
  changed(signal: AbortSignal): Promise<void>
}

interface Entry {
  node: AgentNode
  readonly isOfCall: boolean
  mail: AgentMessage[]
  /** How its last turn went, once it was closed. */
  ended?: AgentStatus
}

/** The agent that others are below. Of a run of tasks it is the run itself, which has no thread, and `depth` is -1: its tasks are at 0. */
export interface TreeRoot {
  readonly threadId: string
  readonly agent: string
  /** Default 0. */
  readonly depth?: number
}

/** A tree of the one agent that a person began. @param maxOpen agents that may be open at the same time below it */
export function createAgentTree(
  root: TreeRoot,
  { maxOpen, now }: { readonly maxOpen: number; now(): Date },
): AgentTree {
  const entries = new Map<AgentPath, Entry>()
  const waiting = new Set<() => void>()
  const enter = (node: AgentNode, isOfCall: boolean): AgentNode => {
    entries.set(node.path, { node, isOfCall, mail: [] })
    return node
  }
  const place = { startedAt: now().toISOString(), status: { state: 'running' } } as const
  enter({ depth: 0, ...root, ...place, path: rootPath, nickname: 'Root' }, true)

  function entryAt(path: AgentPath): Entry {
    const entry = entries.get(path)
    if (!entry) throw unknownTarget(path)
    return entry
  }

  function tellChange(): void {
    for (const wake of waiting) wake()
  }

  function assertRoom(): void {
    const open = [...entries.values()].filter((each) => !each.isOfCall && each.node.status.state !== 'shutdown')
    if (open.length >= maxOpen) throw tooManyOpen(maxOpen)
  }

  function become(path: AgentPath, status: AgentStatus): boolean {
    const entry = entryAt(path)
    const { status: before } = entry.node
    if (!mayBecome(before.state, status.state)) return false
    if (status.state === 'shutdown') entry.ended = isAtWork(before.state) ? { state: 'interrupted' } : before
    entry.node = { ...entry.node, status }
    tellChange()
    return true
  }

  return {
    become,
    add(parent, { name, isOfCall, status = { state: 'pending_init' }, ...child }) {
      if (!isOfCall) assertRoom()
      const path = childPath(parent, name ?? freeName(child.agent, (each) => entries.has(childPath(parent, each))))
      if (entries.has(path)) {
        throw new CodexError('agents.name', `There is an agent ${path} already`, { hint: 'Choose another name.' })
      }
      const facts = { parentPath: parent, depth: entryAt(parent).node.depth + 1, nickname: nickname(entries.size - 1) }
      return enter({ ...child, ...facts, path, status, startedAt: now().toISOString() }, isOfCall)
    },
    reopen(path) {
      const entry = entryAt(path)
      const { node, isOfCall, ended = { state: 'interrupted' } } = entry
      if (node.status.state === 'shutdown') {
        if (!isOfCall) assertRoom()
        entry.node = { ...node, status: ended }
        tellChange()
      }
      return entry.node
    },
    find(from, target) {
      const path = target.startsWith('/') ? target : `${from}/${target}`
      const found = [...entries.values()].find(({ node }) => node.path === path || node.threadId === target)
      if (!found || !isAtOrBelowAgent(found.node.path, from)) throw unknownTarget(target)
      return found.node
    },
    at: (path) => entryAt(path).node,
    below: (path) =>
      [...entries.values()]
        .flatMap(({ node }) => (isAtOrBelowAgent(node.path, path) ? node : []))
        .sort((a, b) => (a.path < b.path ? -1 : 1)),
    used(path, usage) {
      const entry = entryAt(path)
      entry.node = { ...entry.node, usage }
    },
    deliver(message) {
      const { mail } = entryAt(message.recipient)
      if (mail.length >= maxWaiting && message.kind !== 'end') throw tooMuchMail(message.recipient)
      mail.push(message)
      tellChange()
    },
    take(path, { isLast }) {
      const entry = entryAt(path)
      if (isLast && !entry.mail.some(({ triggersTurn }) => triggersTurn)) return []
      return entry.mail.splice(0)
    },
    takeTask(path) {
      const { mail } = entryAt(path)
      return mail.some(({ triggersTurn }) => triggersTurn) ? mail.shift() : undefined
    },
    hasMail: (path) => entryAt(path).mail.length > 0,
    mail: (path) => [...entryAt(path).mail],
    renew(path, { threadId, agent }) {
      become(path, { state: 'pending_init' })
      const entry = entryAt(path)
      entry.node = { ...entry.node, threadId, agent }
      return entry.node
    },
    async changed(signal) {
      signal.throwIfAborted()
      const { promise, resolve } = Promise.withResolvers<void>()
      waiting.add(resolve)
      signal.addEventListener('abort', () => resolve(), { once: true, signal: gone(promise) })
      await promise
      waiting.delete(resolve)
      signal.throwIfAborted()
    },
  }
}

/** Aborts with the promise, so that a listener for it goes. */
function gone(promise: Promise<void>): AbortSignal {
  const controller = new AbortController()
  void promise.then(() => controller.abort())
  return controller.signal
}

function unknownTarget(target: string): CodexError {
  return new CodexError('agents.unknown_target', `There is no agent "${target}" that this one began`, {
    hint: 'Name it by its path, its name below this one, or the id of its thread; the list of agents has them.',
  })
}

function tooManyOpen(maxOpen: number): CodexError {
  return new CodexError('agents.limit', `${maxOpen} agents are open already, and no more may be`, {
    hint: 'Close one that is done, or raise agents.max_threads.',
  })
}

function tooMuchMail(path: AgentPath): CodexError {
  return new CodexError('agents.limit', `${maxWaiting} messages wait for ${path} already`, {
    hint: 'Wait until it has read them.',
  })
}
