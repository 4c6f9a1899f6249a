import type { AgentSlot } from '../agents/agent-slots.ts'
import { rootPath } from '../agents/tree/agent-path.ts'
import type { AgentNode } from '../plugin-api/agent-tree.ts'
import type {
  HistoryItem,
  SpawnedThread,
  ThreadCeiling,
  ThreadEvent,
  ThreadItemBody,
  ThreadRequest,
  TraceContext,
} from '../plugin-api/index.ts'
import type { SessionGrants } from '../security/approvals/grants.ts'
import { rolloutOf } from '../thread/rollout.ts'
import { runThread } from '../thread/run-thread.ts'
import type { MayStop, TurnMessages } from '../thread/turn.ts'
import type { TurnInbox } from '../thread/turn-inbox.ts'
import { createItemsBesides, type ItemsBesides } from '../tools/items-besides.ts'
import { defaultAgentId } from './activate-agent.ts'
import { holdTree, type TreeHolder } from './agent-tree/hold-tree.ts'
import { lastItems, withItemsBesides } from './agent-tree/items-of-tree.ts'
import { endingAgents, handingOn, hearing } from './agent-tree/thread-agents.ts'
import { observersOf, type ThreadObservers } from './observers-of.ts'
import type { SecurityDeps } from './open-thread-security.ts'
import { type AskedEngine, planTurn, type SharedByTurns } from './plan-turn.ts'
import { type PreparedThread, prepareThread } from './prepare-thread.ts'
import type { Tape, TapedTurn } from './recording/tape.ts'
import type { AutoReview } from './review/open-auto-review.ts'
import { threadReview } from './review/thread-review.ts'
import { runBudgetOf } from './thread-budget.ts'
import { threadNotices, threadWarnings } from './thread-notices.ts'

export interface ThreadDeps extends SecurityDeps, SharedByTurns {
  /** Of the thread that delegates to this one; absent for one that a person starts. */
  readonly ceiling?: ThreadCeiling | undefined
  /** 0 for a thread that a person starts. */
  readonly depth: number
  /** The thread that delegates to this one; absent for one that a person starts. */
  readonly parentThreadId?: string
  /** Ids of the agents that hand this work on, the first one first; absent for a thread that a person starts. */
  readonly parentAgents?: readonly string[]
  /** Who wrote the prompt. Absent: a person. */
  readonly author?: 'person' | 'model'
  /** The agents of the run; absent for a thread that a person starts: it is the root of some. */
  readonly tree?: TreeHolder
  /** This thread among them; absent for the root. */
  readonly node?: AgentNode
  /** The same, for its record; absent for the root. */
  readonly spawned?: SpawnedThread
  /** The room that this thread has to run in; absent for the root. */
  readonly slot?: AgentSlot
  /** What was granted for the session to any thread of the run; absent for the root: nothing yet. */
  readonly sessionGrants?: SessionGrants
  /** Given to a thread that begins. Absent: one is made up. */
  readonly threadId?: string
  /** What a thread that begins knows from another one. Absent: nothing. */
  readonly begunWith?: readonly HistoryItem[] | undefined
  /** The prompt as the history has it, where it is more than the words of `request.input`. Absent: a message of those words. */
  readonly promptItem?: HistoryItem | undefined
  /** Who answers in place of what the agent and the configuration say; absent: those. */
  readonly engine?: AskedEngine | undefined
  /** Takes what a person adds to the turn; absent for a thread that another one delegates to. */
  readonly inbox?: TurnInbox | undefined
  /** Records the run, or gives what was recorded; absent: neither. */
  readonly tape?: Tape | undefined
  /** True where the prompt waited for an earlier turn to end. */
  readonly isQueued?: boolean
  /** Who reads the stream besides, opened by the thread that a person starts; absent: nobody, or none is open yet. */
  readonly observers?: ThreadObservers | undefined
  /** What is shown in the stream of the thread that a person starts, of this one too; absent for that one, and where nobody sees it. */
  readonly items?: ItemsBesides | undefined
  /** The reviewing agent of the thread that a person starts; absent for that one, and where there is none. */
  readonly review?: AutoReview | undefined
  /** True for a thread that is told nothing but its prompt. */
  readonly isAlone?: boolean
  /** The part of the prompt that says what it is about. Absent: all of it. */
  readonly about?: string
  /** The call that delegates to this one; absent for one that a person starts. */
  readonly parentTrace?: TraceContext | undefined
}

/**
 * Runs one turn of a new or resumed thread.
 *
 * @throws CodexError before the first event (docs/reference/errors.md); from then on the stream says what went wrong
 */
export async function* startThread(
  request: ThreadRequest,
  given: ThreadDeps,
  signal: AbortSignal,
): AsyncGenerator<ThreadEvent> {
  const isOfPerson = given.depth === 0
  const items = isOfPerson ? createItemsBesides() : given.items
  const own = { ...given, items, runBudget: runBudgetOf(given), sessionGrants: given.sessionGrants ?? new Map() }
  const review = threadReview(request, own, startThread)
  const deps = { ...own, review }
  const checkOutput = request.outputSchema && (await openSchema(request.outputSchema))
  const prepared = await prepareThread(request, { ...deps, reviewer: review?.link }, signal)
  const { gate, security, threadId, turnId } = prepared
  const { kernel, parentThreadId } = deps
  const path = given.node?.path ?? rootPath
  const tree = given.tree ?? holdTree({ threadId, agent: prepared.agent?.id ?? defaultAgentId }, kernel, signal)
  const endAgents = endingAgents(path, tree, given.tree === undefined)
  const begunWith = prepared.resumed ? [] : (deps.begunWith ?? [])
  const transcript = createTranscript(prepared.resumed?.record.history ?? [])
  const ownObservers = isOfPerson ? await openedObservers(prepared, kernel, signal) : undefined
  const observers = ownObservers ?? deps.observers
  try {
    const taped = deps.tape?.turn({ way: wayOf(deps), asked: request.input, agent: prepared.agent?.id })
    const planned = await planTurn(
      prepared,
      request,
      {
        ...deps,
        replayed: taped?.replayed,
        delegation: handingOn(
          { prepared, request, deps: { ...deps, observers }, tree, path, said: transcript.said },
          startThread,
        ),
      },
      signal,
    )
    const { ledger, tools, run, budget } = planned
    if (review && isOfPerson) review.budget = budget
    if (planned.chosen.stages.every(({ preparing, provider }) => preparing || provider.modelFree)) tree.deaf.add(path)
    else tree.deaf.delete(path)
    review?.begin(threadId, prepared.resumed?.record.history ?? [])
    try {
      const rollout = request.ephemeral ? undefined : await openRolloutOf(prepared, deps)
      try {
        for (const problem of await tools.problems()) deps.store.report(problem)
        const warnings = threadWarnings(planned, deps).map((item) => ledger.add(item))
        const queued: readonly ThreadItemBody[] = deps.isQueued
          ? [{ type: 'user_message', text: request.input, way: 'queue' }]
          : []
        const ofPerson = deps.inbox && { inbox: deps.inbox, check: messageCheck(prepared, deps) }
        const messages = taped ? taped.messages(ofPerson) : ofPerson
        const failedHooks = new Set<string>()
        const ofHooks = stopCheck(prepared, deps, failedHooks)
        const mayStop = taped ? taped.mayStop(ofHooks) : ofHooks
        const besides = isOfPerson ? items : undefined
        const allTools = taped ? taped.tools(tools) : tools
        const preface = [
          ...[...queued, ...prepared.preface, ...planned.items, ...threadNotices(planned, prepared, deps)].map(
            ledger.add,
          ),
          ...(besides?.take(ledger) ?? []),
        ]
        const { hide_agent_reasoning: hidesReasoning = false } = deps.kernel.loaded.config
        const before = begunWith.map((item): ThreadEvent => ({ type: 'response_item', item }))
        const whole = { ...run, warnings: [...before, ...warnings], preface, ...(rollout && { rollout }) }
        for await (const event of runThread(
          taped ? taped.run(whole, ledger) : whole,
          {
            tools: besides ? withItemsBesides(allTools, besides, ledger) : allTools,
            ...(besides && { lastItems: lastItems(besides, endAgents, ledger, signal) }),
            ledger,
            trace: prepared.trace,
            ...(checkOutput && { checkOutput }),
            ...(budget && { budget }),
            ...(review && isOfPerson && { usedBesides: review.take }),
            ...(messages && { messages }),
            mayAsk: tree.mayAsk,
            heard: hearing(path, tree),
            ...(mayStop && { mayStop }),
          },
          signal,
        )) {
          taped?.see(event)
          review?.see(threadId, event)
          tree.opened?.see(path, event)
          transcript.see(event)
          const time = kernel.options.now()
          observers?.see({ threadId, turnId, time, event, ...(parentThreadId !== undefined && { parentThreadId }) })
          if (event.type === 'turn.completed') {
            for (const { message, hint } of observers?.news() ?? [])
              yield ledger.add({ type: 'notice', message: hint === undefined ? message : `${message}. ${hint}` })
            for (const message of failedHooks) yield ledger.add({ type: 'notice', message })
            const problem = await notified(event.last_agent_message, prepared, deps)
            if (problem) yield ledger.add(problem)
          }
          if (!hidesReasoning || !('item' in event) || event.item.type !== 'reasoning') yield event
        }
      } finally {
        if (isOfPerson || given.tree === undefined) await endAgents()
        await rollout?.close()
      }
    } finally {
      await planned.close()
    }
    await security.audit.sync()
  } finally {
    gate.endTurn()
    review?.end(threadId)
    await ownObservers?.close(signal)
    await security.audit.close()
  }
}

/** Closes what was prepared where the turn was stopped meanwhile. @throws the abort reason */
async function openedObservers(
  { security, threadId }: PreparedThread,
  kernel: ThreadDeps['kernel'],
  signal: AbortSignal,
) {
  try {
    return await observersOf(kernel, security.audit, threadId, signal)
  } catch (error) {
    await security.audit.close()
    throw error
  }
}

function wayOf({ depth, isQueued }: ThreadDeps): TapedTurn['way'] {
  if (depth > 0) return 'delegation'
  return isQueued ? 'queue' : 'prompt'
}

/** What a person adds to a turn is a prompt too: the same hooks may refuse it, or say something to it. */
function messageCheck({ threadId, turnId, hooks }: PreparedThread, { kernel }: ThreadDeps): TurnMessages['check'] {
  return async (prompt, signal) => {
    const place = { threadId, turnId, cwd: kernel.options.cwd }
    const { decision, reason, context } = await hooks.run('UserPromptSubmit', { ...place, prompt }, signal)
    const refusal = decision === 'deny' ? (reason ?? 'a hook denies it') : undefined
    return { refusal, contexts: context === undefined ? [] : [context] }
  }
}

/** Asks the hooks of `Stop`; those that fail are added to `failed`. */
function stopCheck({ threadId, turnId, hooks }: PreparedThread, { kernel }: ThreadDeps, failed: Set<string>): MayStop {
  return async ({ lastMessage, isContinued }, signal) => {
    const place = { threadId, turnId, cwd: kernel.options.cwd }
    const answer = await hooks
      .run('Stop', { ...place, lastAgentMessage: lastMessage, isContinued }, signal)
      .catch(passAbort(signal)) // the turn is done, whoever cannot wait
    for (const failure of answer?.failures ?? []) failed.add(failure)
    return answer?.decision === 'deny' ? (answer.reason ?? 'A hook says that it is not done.') : undefined
  }
}

/** Tells the program of `notify` that the person's turn is over; gives what to say where it did not start. */
async function notified(
  lastMessage: string | undefined,
  { threadId, turnId, prompt }: PreparedThread,
  { kernel, depth }: ThreadDeps,
): Promise<ThreadItemBody | undefined> {
  const { notify } = kernel.loaded.config
  if (notify === undefined || depth > 0) return undefined
  const { notifyTurn } = await import('./notify-turn.ts')
  const problem = await notifyTurn(notify, { threadId, turnId, prompt, lastMessage }, kernel.options)
  return problem === undefined
    ? undefined
    : { type: 'error', message: `The program of notify did not start: ${problem}` }
}

/** Only a turn that has a schema pays for what checks it. @throws CodexError `schema.invalid` */
async function openSchema(schema: NonNullable<ThreadRequest['outputSchema']>) {
  const { openOutputSchema } = await import('../thread/output-schema.ts')
  return await openOutputSchema(schema)
}

/** Holds the thread until it is closed. @throws CodexError `thread.busy`, `rollout.unwritable` */
async function openRolloutOf({ resumed, threadId }: PreparedThread, { kernel }: ThreadDeps) {
  const { threads, options } = kernel
  const writer = resumed ? await threads.reopen(resumed) : await threads.create(threadId)
  return rolloutOf(writer, { ordinal: resumed?.record.nextOrdinal ?? 0 }, options)
}

/** The history of a thread, as its events tell it. */
function createTranscript(before: readonly HistoryItem[]) {
  let said = [...before]
  return {
    said: (): readonly HistoryItem[] => said,
    see(event: ThreadEvent) {
      if (event.type === 'response_item') said.push(event.item)
      if (event.type === 'history.compacted') said = [...event.history]
    },
  }
}

/** Takes what an abort throws, and nothing else. */
function passAbort(signal: AbortSignal): (error: unknown) => undefined {
  return (error) => {
    if (!signal.aborted) throw error
    return undefined
  }
}
