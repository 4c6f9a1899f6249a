import type {
  AgentContent,
  AgentNode,
  AgentPath,
  AgentStatus,
  AgentsWaitedFor,
  Finding,
  GatedAgents,
  GatedThreads,
  SpawnRequest,
  ThreadItemBody,
  TraceContext,
} from '../../plugin-api/index.ts'
import type { ActionScope } from './gated-action.ts'
import { gatedTeam, type TeamCall, type ThreadTeam } from './gated-team.ts'

export interface DelegateRequest {
  readonly agent: string
  readonly prompt: string
  /** Absent: what the words of the prompt name. */
  readonly paths?: readonly string[]
  /** Absent: as it is with the thread that delegates. */
  readonly playbook?: boolean
}

/** The call that hands work on. */
export interface DelegatingCall {
  /** What the other thread's trace belongs under, where there is one. */
  readonly trace: TraceContext | undefined
  /** Told of each finding of the other thread, and of those that it handed work to, as it is reported there. */
  found(finding: Finding): void
  /** The same of what the gate refused there. */
  denied(denial: DenialItem): void
  /** Tells the person why no agent works. */
  refused(reason: string): void
}

/** A refusal as the stream of a thread has it. */
export type DenialItem = Extract<ThreadItemBody, { type: 'denial' }>

/** Runs another agent as a thread of its own, within this thread's permissions. */
export type Delegate = (
  request: DelegateRequest,
  call: DelegatingCall,
  signal: AbortSignal,
) => Promise<{ readonly threadId: string; readonly text: string }>

/** The agents that run beside a thread, not asked about yet. */
export interface ThreadAgents {
  readonly path: AgentPath
  /** Most threads begin none. @throws CodexError `agents.recorded`, of which the call is told */
  open(call: Pick<DelegatingCall, 'refused'>): Promise<AgentsBelow>
  /** Whether there is somebody beside the thread to talk to. */
  isTeam(): boolean
}

/** What a thread can do with the agents at and below its own place. */
export interface AgentsBelow {
  /** The id of an agent of this id or alias; absent: of the thread's own. @throws CodexError `usage.unknown_agent`, `agents.disabled` */
  idOf(agent: string | undefined): Promise<string>
  /** @throws CodexError `agents.unknown_target` */
  find(target: string): Promise<AgentNode>
  /** The agent of a thread that this one began, here or in an earlier run. @throws CodexError `agents.unknown_target` */
  agentOfThread(threadId: string): Promise<string>
  spawn(request: SpawnRequest & { readonly agent: string }, call: DelegatingCall): Promise<AgentNode>
  send(node: AgentNode, message: AgentContent, how: Parameters<GatedAgents['send']>[2]): Promise<AgentNode>
  wait(targets: readonly string[] | undefined, timeoutMs: number, signal: AbortSignal): Promise<AgentsWaitedFor>
  list(prefix: string | undefined): Promise<readonly AgentNode[]>
  stop(node: AgentNode, as: 'interrupted' | 'shutdown'): Promise<AgentStatus>
  reopen(threadId: string, agent: string, call: DelegatingCall): Promise<AgentNode>
  /** What the thread says to other agents of its run. */
  readonly team: ThreadTeam
}

export function createGatedThreads(
  actions: ActionScope,
  {
    delegate,
    agents,
    says,
    ...call
  }: DelegatingCall & {
    readonly delegate: Delegate
    readonly agents?: ThreadAgents | undefined
    /** What is done with what it says to other agents. */
    readonly says: Pick<TeamCall, 'redact' | 'redactFinding' | 'emit'>
  },
  signal: AbortSignal,
): GatedThreads {
  return {
    async run({ takes = () => true, ...request }) {
      const findings: Finding[] = []
      const found = (finding: Finding) => {
        if (!takes(finding)) return
        findings.push(finding)
        call.found(finding)
      }
      const result = await actions.perform(
        { kind: 'delegate', agent: request.agent },
        () => delegate(request, { ...call, found }, signal),
        ({ threadId }) => `thread ${threadId}`,
      )
      return { ...result, findings }
    },
    ...(agents && {
      agents: {
        ...gatedAgents(actions, agents, call, signal),
        team: gatedTeam(async () => (await agents.open(call)).team, { ...says, actions, signal }),
      },
    }),
  }
}

/** To begin an agent, and to say something to one, is to hand it work: the gate decides about the agent each time. */
function gatedAgents(
  actions: ActionScope,
  agents: ThreadAgents,
  call: DelegatingCall,
  signal: AbortSignal,
): GatedAgents {
  const handOn = (agent: string, act: () => Promise<AgentNode>) =>
    actions.perform({ kind: 'delegate', agent }, act, ({ threadId }) => `thread ${threadId}`)
  return {
    path: agents.path,
    async spawn(request) {
      const below = await agents.open(call)
      const agent = await below.idOf(request.agent)
      return await handOn(agent, () => below.spawn({ ...request, agent }, call))
    },
    async send(target, message, how) {
      const below = await agents.open(call)
      const node = await below.find(target)
      return await handOn(node.agent, () => below.send(node, message, how))
    },
    wait: async (targets, timeoutMs) => (await agents.open(call)).wait(targets, timeoutMs, signal),
    list: async (prefix) => (await agents.open(call)).list(prefix),
    async interrupt(target) {
      const below = await agents.open(call)
      return await below.stop(await below.find(target), 'interrupted')
    },
    async close(target) {
      const below = await agents.open(call)
      return await below.stop(await below.find(target), 'shutdown')
    },
    async reopen(threadId) {
      const below = await agents.open(call)
      const agent = await below.agentOfThread(threadId)
      return await handOn(agent, () => below.reopen(threadId, agent, call))
    },
  }
}
