import type { GatedTeam, TeamMessageKind } from './agent-team.ts'
import type { Usage } from './events.ts'

/** Where an agent stands among those of its run: `/root`, and below it names of lower-case letters, digits and `_`, as in `/root/worker/tests`. */
export type AgentPath = `/root${string}`

/** What an agent is about: `pending_init` until its thread has begun a turn, `shutdown` once it was closed. The others are how its last turn went. */
export type AgentState = 'pending_init' | 'running' | 'completed' | 'errored' | 'interrupted' | 'shutdown'

/** What an agent is about now. */
export interface AgentStatus {
  /** One of the six. */
  readonly state: AgentState
  /** Its last words, or why it failed. Absent: it said nothing, or it still runs. */
  readonly message?: string
}

/** An agent of a run. */
export interface AgentNode {
  /** Its own place; it stays the same. */
  readonly path: AgentPath
  /** The thread that it works in. */
  readonly threadId: string
  /** Id of the agent definition. */
  readonly agent: string
  /** How a person tells it from others. */
  readonly nickname: string
  /** Who began it. Absent: a person. */
  readonly parentPath?: AgentPath
  /** 0 for the one that a person began. */
  readonly depth: number
  /** What it is about. */
  readonly status: AgentStatus
  /** When it began, as ISO 8601 in UTC. */
  readonly startedAt: string
  /** What its thread has used. Absent: nothing yet. */
  readonly usage?: Usage
}

/** What one agent says to another: words, or what only the provider can read. */
export type AgentContent =
  | { readonly type: 'text'; readonly text: string }
  /** Kept and handed on as it is, to models of the provider that sealed it. */
  | { readonly type: 'encrypted'; readonly data: string; readonly provider: string }

/** A message on its way between two agents of a run. */
export interface AgentMessage {
  /** A task to begin with, something said to an agent that works or will, or how the recipient's own child ended. */
  readonly kind: 'task' | 'message' | 'end'
  /** Who says it. */
  readonly author: AgentPath
  /** Who is to read it. */
  readonly recipient: AgentPath
  /** What is said. */
  readonly content: AgentContent
  /** True where it begins a turn of a recipient that has none. */
  readonly triggersTurn: boolean
  /** How it ended, where `kind` is `end`. */
  readonly status?: AgentStatus
  /** Of a message that says what it is, and may be from any agent of the run: which. Absent: it is from one above or below. */
  readonly said?: { readonly kind: TeamMessageKind; readonly id: string; readonly inReplyTo?: string }
}

/** What an agent is begun with. */
export interface SpawnRequest {
  /** Id of the agent definition. Absent: that of the agent which begins it. */
  readonly agent?: string
  /** Its task. */
  readonly message: AgentContent
  /** Last part of its path: lower-case letters, digits and `_`. Absent: one is made up. */
  readonly name?: string
  /** What it knows besides: `none` (default) of what was said so far, or `all` of it. */
  readonly fork?: 'none' | 'all'
  /** A model in place of the agent's own. */
  readonly model?: string
  /** How long that model thinks. */
  readonly effort?: string
  /**
   * How the end of each of its turns comes to the agent that began it: `notice` as a note of the program in its next request,
   * `message` as a message of the child, `none` not by itself. Default `notice`.
   */
  readonly tells?: 'notice' | 'message' | 'none'
}

/** What came of waiting. */
export interface AgentsWaitedFor {
  /** Those that were waited for, as they are now, in the order in which they were named. */
  readonly nodes: readonly AgentNode[]
  /** True where the time was over before anything had happened. */
  readonly timedOut: boolean
}

/**
 * The agents that run beside a thread, begun by it or below it; each works within the permissions of the one that began it. A target is a
 * path, a name below the caller's own path, or a thread id; one that is not in the caller's own part of the tree does not exist for it.
 * They end with the run. What fails is a CodexError: `agents.unknown_target`, `agents.name`, `agents.limit`, `permission.denied`.
 */
export interface GatedAgents {
  /** Where the caller itself stands. */
  readonly path: AgentPath
  /** Begins an agent, and is back at once: it works by itself as soon as there is room. */
  spawn(request: SpawnRequest): Promise<AgentNode>
  /**
   * Says something to one. `trigger`: it begins a turn where the agent has none, else it waits for the next one; `interrupt`: its turn is
   * ended first.
   */
  send(
    target: string,
    message: AgentContent,
    how: { readonly trigger: boolean; readonly interrupt: boolean },
  ): Promise<AgentNode>
  /**
   * Waits until one of them works no more; without targets, until one of the caller's own ends or something is said to the caller.
   *
   * @throws the abort reason
   */
  wait(targets: readonly string[] | undefined, timeoutMs: number): Promise<AgentsWaitedFor>
  /** The caller and those below it, or those at and below a path, by path. */
  list(prefix?: string): Promise<readonly AgentNode[]>
  /** Ends the turn of one and of all below it. They can be told more. Gives what it was about before. */
  interrupt(target: string): Promise<AgentStatus>
  /** The same, for good: nothing more can be said to them, and their room is free. */
  close(target: string): Promise<AgentStatus>
  /** What agents of the run say to each other. Absent: nothing (a test of a tool alone). */
  readonly team?: GatedTeam
  /** Takes one that was closed, or a kept thread that the caller's own thread began, back into the tree by its thread id. */
  reopen(threadId: string): Promise<AgentNode>
}
