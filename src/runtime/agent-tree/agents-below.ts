import { v7 as uuidv7 } from 'uuid'
import { maxDepthOf } from '../../agents/max-depth.ts'
import { rootPath } from '../../agents/tree/agent-path.ts'
import { isAtWork } from '../../agents/tree/agent-states.ts'
import type { AgentMessage, AgentNode, AgentPath } from '../../plugin-api/agent-tree.ts'
import { CodexError } from '../../plugin-api/errors.ts'
import type { HistoryItem, SpawnedThread, SpawnRequest, ThreadEvent, ThreadRequest } from '../../plugin-api/index.ts'
import { findStoredThread } from '../../thread/find-stored-thread.ts'
import { withoutOpenCalls } from '../../thread/pair-calls.ts'
import { parentThreadId as parentOf } from '../../thread/parent-thread-id.ts'
import type { DelegateRequest } from '../../tools/context/gated-threads.ts'
import type { AgentsBelow, Delegate, DelegatingCall } from '../../tools/index.ts'
import { defaultAgentId } from '../activate-agent.ts'
import type { AskedEngine, SharedByTurns } from '../plan-turn.ts'
import type { PreparedThread } from '../prepare-thread.ts'
import { agentNamed } from '../resolve-input.ts'
import type { ThreadDeps } from '../start-thread.ts'
import type { TreeHolder } from './hold-tree.ts'
import { keptEnd } from './kept-end.ts'
import type { AgentSink, RunAgentTurn } from './run-tree.ts'
import { teamOfThread } from './team-of-thread.ts'
import { waitForAgents } from './wait-for-agents.ts'

/** What a person says is said to the thread that they started; a prompt that a model writes is data. */
const ofNobody = { inbox: undefined, isQueued: false, author: 'model' } as const

/** A turn that may hand work on. */
export interface HandingTurn {
  readonly prepared: PreparedThread
  readonly request: ThreadRequest
  readonly deps: ThreadDeps
  readonly tree: TreeHolder
  readonly path: AgentPath
  readonly shared: SharedByTurns
  /** What was said in the thread so far. */
  said(): readonly HistoryItem[]
  start(request: ThreadRequest, deps: ThreadDeps, signal: AbortSignal): AsyncIterable<ThreadEvent>
}

/**
 * The agents at and below one thread. Each is a thread of its own within this one's permissions. The same person is asked, and what was said
 * of models and of keeping threads holds for it too.
 */
export function agentsBelow(turn: HandingTurn): AgentsBelow & { readonly run: Delegate } {
  const { prepared, request, deps, path } = turn
  const { store, kernel, depth } = deps
  const { playbook = false, ephemeral = false, approve, ask } = request
  const common = { playbook, ephemeral, ...(approve && { approve }), ...(ask && { ask }) }
  const { config } = kernel.loaded
  const idOf = async (agent: string | undefined) =>
    (await agentNamed(agent ?? prepared.agent?.id ?? defaultAgentId, store, config.agents.enabled)).id

  function assertDepth(): void {
    const maxDepth = maxDepthOf(config.agents)
    if (depth < maxDepth) return
    throw new CodexError('permission.denied', `Agents hand work on at most ${maxDepth} deep`, {
      hint: 'Do the work here, or raise agents.max_depth.',
    })
  }

  /** How its turns are begun: each under the ceiling that this thread had when it began the agent. */
  function turnsOf(
    agent: string,
    call: DelegatingCall,
    begun: Begun = {},
    about: Omit<DelegateRequest, 'agent' | 'prompt'> = {},
  ): RunAgentTurn {
    return ({ node, task, isNew }, slot, signal) => {
      const place = {
        ...{ ceiling: prepared.ceiling, depth: node.depth, parentThreadId: prepared.threadId },
        ...{ parentAgents: prepared.agents, parentTrace: call.trace, slot },
        ...{ tree: turn.tree, node, threadId: node.threadId, engine: undefined, begunWith: undefined, ...begun },
        ...(!isNew && { begunWith: undefined }),
        spawned: placeOf(node),
        promptItem: turn.tree.opened?.itemOf(task),
      }
      const asked = { ...common, ...about, input: textOf(task), agent, ...(!isNew && { resume: node.threadId }) }
      return turn.start(asked, { ...deps, ...ofNobody, ...turn.shared, ...place }, signal)
    }
  }

  /** What comes out of an agent that nobody waits for is shown in the stream that a person reads. */
  function shownBesides(agent: string): AgentSink {
    const scope = uuidv7()
    let count = 0
    return {
      found: (finding) => deps.items?.show(`${scope} ${++count}`, { type: 'finding', finding }, true),
      denied: (denial) =>
        deps.items?.show(`${scope} ${++count}`, { agent_path: [...prepared.agents, agent], ...denial }, true),
    }
  }

  /** For the record of its thread. */
  function placeOf({
    depth: at,
    path: agent_path,
    nickname: agent_nickname,
    agent: agent_role,
  }: AgentNode): SpawnedThread {
    const session_id = turn.tree.opened?.tree.at(rootPath).threadId ?? prepared.threadId
    return { session_id, depth: at, agent_path, agent_nickname, agent_role }
  }

  const toldTo = (recipient: AgentPath, content: SpawnRequest['message']): AgentMessage => ({
    ...{ kind: 'task', author: path, recipient, content, triggersTurn: true },
  })

  const talking = teamOfThread({
    ...{ holder: turn.tree, path, agent: prepared.agent?.id ?? defaultAgentId, isEphemeral: ephemeral },
    lend: (work, signal) => (deps.slot ? deps.slot.lend(work, signal) : work()),
  })
  const team: AgentsBelow['team'] = {
    ...talking,
    // A thread that a person reads shows it itself.
    showBesides: (key, item) => (deps.depth > 0 ? deps.items?.show(key, item, true) : undefined),
  }

  return {
    team,
    idOf,
    find: async (target) => (await turn.tree.open()).tree.find(path, target),
    async agentOfThread(threadId) {
      const { tree } = await turn.tree.open()
      const known = tree.below(path).find((each) => each.threadId === threadId)
      if (known) return known.agent
      const kept = await findStoredThread(threadId, kernel.threads).catch(() => undefined) // none of that id
      if (!kept || parentOf({ ...kept.record.meta }) !== prepared.threadId) return tree.find(path, threadId).agent
      return await idOf(kept.record.meta.agent ?? defaultAgentId)
    },
    async run({ agent: named, prompt, ...about }, call, signal) {
      assertDepth()
      const agent = await idOf(named)
      const { add, tell, settled, stop, tree, team } = await turn.tree.open()
      const agents = [...prepared.agents, agent]
      const sink = { found: call.found, denied: denialsOf(agents, call) }
      const work = async () => {
        const runTurn = turnsOf(agent, call, {}, about)
        const own = {
          threadId: uuidv7(),
          agent,
          isNew: true,
          isOfCall: true,
          tells: 'none',
          sink,
          runTurn,
          signal,
        } as const
        const node = add(path, own)
        const done = team.questions.waits(path, [node.path])
        try {
          tell(toldTo(node.path, { type: 'text', text: prompt }))
          await settled(node.path)
          signal.throwIfAborted()
          return answerOf(tree.at(node.path))
        } finally {
          done()
          await stop(node.path, 'shutdown')
        }
      }
      return await (deps.slot ? deps.slot.lend(work, signal) : work())
    },
    async spawn({ agent, message, name, fork = 'none', tells = 'notice', ...engine }, call) {
      assertDepth()
      const { add, tell, tree } = await turn.tree.open()
      const begun = { engine, ...(fork === 'all' && { begunWith: withoutOpenCalls(turn.said()) }) }
      const node = add(path, {
        ...{ threadId: uuidv7(), agent, name, isNew: true, isOfCall: false, tells },
        ...{ sink: shownBesides(agent), runTurn: turnsOf(agent, call, begun) },
      })
      tell(toldTo(node.path, message))
      return tree.at(node.path)
    },
    async send({ path: recipient, status }, content, { trigger, interrupt }) {
      assertOther(recipient, path)
      const { tree, tell, stop } = await turn.tree.open()
      if (status.state === 'shutdown') throw closed(recipient)
      if (trigger && ephemeral && (interrupt || !isAtWork(status.state))) throw notKept(recipient)
      if (interrupt) await stop(recipient, 'interrupted')
      tell({ ...toldTo(recipient, content), ...(!trigger && { kind: 'message', triggersTurn: false }) })
      return tree.at(recipient)
    },
    async wait(targets, timeoutMs, signal) {
      const { tree, team } = await turn.tree.open()
      // What is said to it wakes only one that waits for nobody in particular.
      const waits = targets?.map((target) => tree.find(path, target).path)
      const done = waits && waits.length > 0 ? team.questions.waits(path, waits) : () => undefined
      const wait = () => waitForAgents(tree, { path, targets, timeoutMs }, signal)
      return await (deps.slot ? deps.slot.lend(wait, signal) : wait()).finally(done)
    },
    async list(prefix) {
      const { tree } = await turn.tree.open()
      return tree.below(prefix === undefined ? path : tree.find(path, prefix).path)
    },
    async stop(node, as) {
      assertOther(node.path, path)
      return await (await turn.tree.open()).stop(node.path, as)
    },
    async reopen(threadId, agent, call) {
      const { add, tree } = await turn.tree.open()
      const known = tree.below(path).find((each) => each.threadId === threadId)
      if (known) return tree.reopen(known.path)
      assertDepth()
      const { kept } = await findStoredThread(threadId, kernel.threads)
      return add(path, {
        ...{ status: keptEnd(kept, kernel.threads), threadId, agent, isNew: false, isOfCall: false, tells: 'notice' },
        ...{ sink: shownBesides(agent), runTurn: turnsOf(agent, call) },
      })
    },
  }
}

/** What an agent begins with besides its task. */
interface Begun {
  readonly engine?: AskedEngine
  readonly begunWith?: readonly HistoryItem[]
}

/** What the agent of a call said last. @throws CodexError `tool.failed` where it ended otherwise */
function answerOf({ threadId, agent, status }: AgentNode): { readonly threadId: string; readonly text: string } {
  const { state, message } = status
  if (state === 'completed') return { threadId, text: message ?? '' }
  throw new CodexError('tool.failed', `Agent ${agent}: ${message ?? 'it was stopped'}`)
}

function denialsOf(agents: readonly string[], { denied }: DelegatingCall): AgentSink['denied'] {
  return (denial) => denied({ agent_path: [...agents], ...denial })
}

/** What hooks, titles and lists know of a task: nothing of one that is sealed. */
function textOf({ content }: AgentMessage): string {
  return content.type === 'text' ? content.text : ''
}

function assertOther(target: AgentPath, own: AgentPath): void {
  if (target !== own) return
  throw new CodexError('agents.unknown_target', `${own} is the agent itself`, { hint: 'Name one that it began.' })
}

function closed(path: AgentPath): CodexError {
  return new CodexError('agents.unknown_target', `Agent ${path} was closed`, {
    hint: 'Reopen it by the id of its thread first.',
  })
}

function notKept(path: AgentPath): CodexError {
  return new CodexError('thread.not_kept', `Agent ${path} keeps no record (--ephemeral), so no turn can follow`, {
    hint: 'Begin another agent, or leave --ephemeral out.',
  })
}
