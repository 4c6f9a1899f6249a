import { freeName } from '../../agents/tree/agent-path.ts'
import type { TaskAttempt } from '../../orchestration/run-plan.ts'
import type { AgentNode, AgentPath, AgentStatus } from '../../plugin-api/agent-tree.ts'
import { CodexError, isCodexError } from '../../plugin-api/errors.ts'
import type { SpawnedThread, ThreadEvent } from '../../plugin-api/index.ts'
import type { TaskResult } from '../../plugin-api/run.ts'
import { defaultAgentId } from '../activate-agent.ts'
import { holdTree, type TreeHolder } from '../agent-tree/hold-tree.ts'
import type { RunTree } from '../agent-tree/run-tree.ts'
import type { Kernel } from '../load-kernel.ts'
import type { PlanAtWork } from './run-deps.ts'

/** The place of a task's thread among the agents of its run, and as its record says it. */
export interface AmongAgents {
  readonly tree: TreeHolder
  readonly node: AgentNode
  readonly parentThreadId: string
  readonly spawned: SpawnedThread
}

/** What an attempt is whose run took too long: it failed for that, whatever it says itself. */
function inTime(result: TaskResult, { aborted, reason }: AbortSignal): TaskResult {
  if (result.status === 'done' || !aborted || !isCodexError(reason)) return result
  return { ...result, status: 'failed', error: { message: reason.message, code: reason.code } }
}

/** The agents of a run: each task is one, `/root/TASK`, and what it begins is below it. The root is the run, which has no thread. */
export interface TaskAgents {
  /** Carries out an attempt as an agent of the run, which can be told to stop; `work` ends with the signal that it is given. */
  around(
    attempt: Pick<TaskAttempt, 'task' | 'agent' | 'threadId'>,
    work: (among: AmongAgents, ends: AbortSignal) => AsyncGenerator<ThreadEvent, TaskResult>,
    signal: AbortSignal,
  ): AsyncGenerator<ThreadEvent, TaskResult>
  /** Ends all that still runs. */
  close(): Promise<void>
}

/** None yet; loaded by the first task. */
export function taskAgents({ runId, plan }: PlanAtWork & { readonly runId: string }, kernel: Kernel): TaskAgents {
  const ended = new AbortController()
  const talk = plan.strategy === 'collaborative' ? 'tasks' : 'own'
  const holder = holdTree({ threadId: runId, agent: 'run', depth: -1 }, kernel, ended.signal, talk)
  const paths = new Map<string, AgentPath>()

  function join(
    { join: put, tree }: RunTree,
    { task, agent, threadId }: Parameters<TaskAgents['around']>[0],
    stop: AbortController,
  ): AgentNode {
    const isTaken = (name: string) => tree.below('/root').some(({ path }) => path === `/root/${name}`)
    const thread = { threadId, agent: agent ?? defaultAgentId, isOfCall: true, name: freeName(task.id, isTaken) }
    const node = put(thread, paths.get(task.id), stop)
    paths.set(task.id, node.path)
    return node
  }

  return {
    async *around(attempt, work, signal) {
      const run = await holder.open()
      const stop = new AbortController()
      const node = join(run, attempt, stop)
      let status: AgentStatus = { state: 'interrupted' }
      const place = { tree: holder, node, parentThreadId: runId, spawned: recordOf(node, runId) }
      const events = work(place, AbortSignal.any([signal, stop.signal]))
      try {
        for (;;) {
          const next = await events.next()
          if (next.done) {
            const result = inTime(next.value, holder.timeIsOver)
            status = statusOf(result)
            return result
          }
          // One that could not go on in its thread begins another.
          if (next.value.type === 'thread.started')
            run.tree.renew(node.path, { threadId: next.value.thread_id, agent: node.agent })
          if (next.value.type === 'turn.started') run.tree.become(node.path, { state: 'running' })
          yield next.value
        }
      } finally {
        await events.return(stopped)
        await run.left(node.path, status)
      }
    },
    async close() {
      await holder.opened?.end()
      ended.abort(new CodexError('interrupted', 'The run has ended'))
    },
  }
}

/** A run stands where the thread of the one that began it does. */
function recordOf({ path, nickname, agent }: AgentNode, runId: string): SpawnedThread {
  return { session_id: runId, depth: 1, agent_path: path, agent_nickname: nickname, agent_role: agent }
}

/** What a reader who leaves lets the thread give; nobody reads it. */
const stopped: TaskResult = { status: 'failed', error: { message: 'the run was stopped' }, findings: [] }

function statusOf(result: TaskResult): AgentStatus {
  if (result.status === 'done') return { state: 'completed', message: result.text }
  if (result.error.code === 'interrupted') return { state: 'interrupted' }
  return { state: 'errored', message: result.error.message }
}
