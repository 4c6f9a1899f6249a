import type { AgentSlot, AgentSlots } from '../agents/agent-slots.ts'
import { CodexError } from '../plugin-api/errors.ts'
import type { ThreadCeiling, ThreadEvent, ThreadItemBody, ThreadRequest, TraceContext } from '../plugin-api/index.ts'
import { rolloutOf } from '../thread/rollout.ts'
import { runThread } from '../thread/run-thread.ts'
import type { MayStop, TurnMessages, TurnTools } from '../thread/turn.ts'
import type { TurnInbox } from '../thread/turn-inbox.ts'
import type { Delegate, DelegatingCall, ItemLedger } from '../tools/index.ts'
import { createItemsBesides, type ItemsBesides } from '../tools/items-besides.ts'
import { lazily } from './lazily.ts'
import { observersOf, type ThreadObservers } from './observers-of.ts'
import type { SecurityDeps } from './open-thread-security.ts'
import { planTurn, type SharedByTurns } from './plan-turn.ts'
import { type PreparedThread, prepareThread } from './prepare-thread.ts'
import type { Tape, TapedTurn } from './recording/tape.ts'
import type { AutoReview } from './review/open-auto-review.ts'
import { threadReview } from './review/thread-review.ts'
import { runBudgetOf } from './thread-budget.ts'
import { threadNotices, threadWarnings } from './thread-notices.ts'

/** How deep agents hand work on where the configuration sets no `agents.max_depth`. */
const defaultMaxDepth = 3

/** What a person says is said to the thread that they started; a prompt that a model writes is data. */
const ofNobody = { inbox: undefined, isQueued: false, author: 'model' } as const

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
  /** Room for agents that run at the same time; absent for a thread that a person starts: it makes some. */
  readonly slots?: () => Promise<AgentSlots>
  /** The room that this thread has of it; absent for one that a person starts. */
  readonly slot?: AgentSlot
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
  const slots = given.slots ?? slotsOf(given.kernel.loaded.config)
  const items = isOfPerson ? createItemsBesides() : given.items
  const own = { ...given, items, runBudget: runBudgetOf(given), slots }
  const review = threadReview(request, own, startThread)
  const deps = { ...own, review }
  const checkOutput = request.outputSchema && (await openSchema(request.outputSchema))
  const prepared = await prepareThread(request, { ...deps, reviewer: review?.link }, signal)
  const { gate, security, threadId, turnId } = prepared
  const { kernel, parentThreadId } = deps
  const ownObservers = isOfPerson ? await openedObservers(prepared, kernel, signal) : undefined
  const observers = ownObservers ?? deps.observers
  try {
    const taped = deps.tape?.turn({ way: wayOf(deps), asked: request.input, agent: prepared.agent?.id })
    const planned = await planTurn(
      prepared,
      request,
      { ...deps, replayed: taped?.replayed, delegation: delegation(prepared, request, { ...deps, observers }) },
      signal,
    )
    const { ledger, tools, run, budget } = planned
    if (review && isOfPerson) review.budget = budget
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
        const preface = [
          ...[...queued, ...prepared.preface, ...planned.items, ...threadNotices(planned, deps)].map(ledger.add),
          ...(isOfPerson && items ? items.take(ledger) : []),
        ]
        const { hide_agent_reasoning: hidesReasoning = false } = deps.kernel.loaded.config
        const whole = { ...run, warnings, preface, ...(rollout && { rollout }) }
        for await (const event of runThread(
          taped ? taped.run(whole, ledger) : whole,
          {
            tools: withItems(taped ? taped.tools(tools) : tools, isOfPerson ? items : undefined, ledger),
            ledger,
            trace: prepared.trace,
            ...(checkOutput && { checkOutput }),
            ...(budget && { budget }),
            ...(review && isOfPerson && { usedBesides: review.take }),
            ...(messages && { messages }),
            ...(mayStop && { mayStop }),
          },
          signal,
        )) {
          taped?.see(event)
          review?.see(threadId, event)
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

/** The tools of the thread whose stream shows what comes besides. */
function withItems(tools: TurnTools, items: ItemsBesides | undefined, ledger: ItemLedger): TurnTools {
  if (items === undefined) return tools
  return {
    ...tools,
    dispatch: (call, trace, signal) => items.beside(tools.dispatch(call, trace, signal), ledger),
    ended: () => [...tools.ended(), ...items.take(ledger)],
  }
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

/**
 * Another agent as a thread of its own, within this one's permissions; its last message comes back. The same person is
 * asked, and what was said of models and of keeping threads holds for it too.
 */
function delegation(
  { ceiling, threadId: parentThreadId, agents: parentAgents }: PreparedThread,
  request: ThreadRequest,
  deps: ThreadDeps & { readonly slots: () => Promise<AgentSlots> },
) {
  const { playbook = false, ephemeral = false, approve, ask } = request
  const common = { playbook, ephemeral, ...(approve && { approve }), ...(ask && { ask }) }
  return (shared: SharedByTurns): Delegate =>
    async ({ agent, prompt }, { trace: parentTrace, ...told }, signal) => {
      const maxDepth = deps.kernel.loaded.config.agents.max_depth ?? defaultMaxDepth
      if (deps.depth >= maxDepth) {
        throw new CodexError('permission.denied', `Agents hand work on at most ${maxDepth} deep`, {
          hint: 'Do the work here, or raise agents.max_depth.',
        })
      }
      const place = { ceiling, depth: deps.depth + 1, parentThreadId, parentAgents, parentTrace }
      const run = async () => {
        const slots = await deps.slots()
        const slot = await slots.take(signal)
        try {
          const child = { ...deps, ...ofNobody, ...shared, ...place, slot }
          const events = startThread({ ...common, input: prompt, agent }, child, signal)
          return await answerOf([...parentAgents, agent], events, told, signal)
        } finally {
          slot.release()
        }
      }
      return await (deps.slot ? deps.slot.lend(run, signal) : run())
    }
}

/** Reads the thread of an agent to its end. @throws CodexError `tool.failed`; the abort reason */
async function answerOf(
  agents: readonly string[],
  events: AsyncIterable<ThreadEvent>,
  { found, denied }: Pick<DelegatingCall, 'found' | 'denied'>,
  signal: AbortSignal,
): Promise<{ readonly threadId: string; readonly text: string }> {
  let threadId = ''
  let text = ''
  for await (const event of events) {
    if (event.type === 'thread.started') threadId = event.thread_id
    if (event.type === 'item.completed' && event.item.type === 'finding') found(event.item.finding)
    if (event.type === 'item.completed' && event.item.type === 'denial') {
      const { id: _, ...denial } = event.item
      denied({ agent_path: [...agents], ...denial })
    }
    if (event.type === 'turn.completed') text = event.last_agent_message ?? ''
    if (event.type === 'turn.failed')
      throw new CodexError('tool.failed', `Agent ${agents.at(-1)}: ${event.error.message}`)
    if (event.type === 'turn.interrupted') signal.throwIfAborted()
  }
  return { threadId, text }
}

/** Room for as many agents as may run at the same time, the same for all threads that one of a person leads to. */
function slotsOf({ agents }: ThreadDeps['kernel']['loaded']['config']): () => Promise<AgentSlots> {
  return lazily(async () => {
    const { createAgentSlots } = await import('../agents/agent-slots.ts') // few threads hand work on
    return createAgentSlots(agents.max_parallel_agents)
  })
}

/** Takes what an abort throws, and nothing else. */
function passAbort(signal: AbortSignal): (error: unknown) => undefined {
  return (error) => {
    if (!signal.aborted) throw error
    return undefined
  }
}
