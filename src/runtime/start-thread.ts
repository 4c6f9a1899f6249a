import { findAgent } from '../agents/find-agent.ts'
import type { Config } from '../config/schema.ts'
import { formatDiagnostic } from '../plugin-api/diagnostic.ts'
import { CodexError } from '../plugin-api/errors.ts'
import type { PermissionLayer, ThreadEvent, ThreadItemBody, ThreadRequest } from '../plugin-api/index.ts'
import type { Gate } from '../security/gate.ts'
import { decideIn } from '../security/permissions/decide-in.ts'
import { createValueRedactor } from '../security/redact.ts'
import type { ThreadBudget } from '../thread/budget.ts'
import { noUsage } from '../thread/no-usage.ts'
import { runThread, type ThreadRun } from '../thread/run-thread.ts'
import type { Turn } from '../thread/turn.ts'
import type { Delegate, ItemLedger } from '../tools/index.ts'
import { createItemLedger } from '../tools/item-ledger.ts'
import { defaultAgentId } from './activate-agent.ts'
import { type ChosenStages, chooseStages } from './choose-stages.ts'
import type { SecurityDeps } from './open-thread-security.ts'
import { openThreadSources } from './open-thread-sources.ts'
import { type PreparedThread, prepareThread } from './prepare-thread.ts'
import { sourceOf } from './source-of.ts'
import { type BudgetDeps, runBudgetOf, threadBudget } from './thread-budget.ts'
import { type ThreadTools, threadTools } from './thread-tools.ts'
import { toolsNamedBy } from './tool-offer.ts'
import { type TurnInput, turnInput } from './turn-input.ts'
import { createTurnRecorder, type TurnRecorder } from './undo/record-turn.ts'

/** How deep agents hand work on where the configuration sets no `agents.max_depth`. */
const defaultMaxDepth = 3
/** Of the prompt, in lists of what can be undone. */
const maxTitleLength = 120

export interface ThreadDeps extends SecurityDeps, BudgetDeps {
  /** Permissions of the thread that delegates to this one; empty for one that a person starts. */
  readonly parentLayers: readonly PermissionLayer[]
  /** 0 for a thread that a person starts. */
  readonly depth: number
  /** Of the thread that delegates to this one: what is done for it is undone with its turn. */
  readonly recorder?: TurnRecorder | undefined
}

/**
 * Runs one turn of a new or resumed thread.
 *
 * @throws CodexError before the first event (docs/reference/errors.md); from then on the stream says what went wrong
 */
export async function* startThread(
  asked: ThreadRequest,
  given: ThreadDeps,
  signal: AbortSignal,
): AsyncGenerator<ThreadEvent> {
  const deps = { ...given, runBudget: runBudgetOf(given) }
  const request = isReviewed(deps) ? reviewed(asked, deps) : asked
  const checkOutput = request.outputSchema && (await openSchema(request.outputSchema))
  const prepared = await prepareThread(request, deps, signal)
  const { gate, hooks, security, threadId, turnId } = prepared
  try {
    const planned = await planTurn(prepared, request, deps, signal)
    const { chosen, input, ledger, tools, run, budget } = planned
    try {
      const rollout = request.ephemeral ? undefined : await openRolloutOf(prepared)
      for (const problem of await tools.problems()) deps.store.report(problem)
      const told = [...prepared.preface, ...planned.items, ...threadNotices(input, chosen, deps)]
      const preface = told.map((item) => ledger.add(item))
      const { hide_agent_reasoning: hidesReasoning = false } = deps.kernel.loaded.config
      for await (const event of runThread(
        { ...run, preface, ...(rollout && { rollout }) },
        { tools, ledger, ...(checkOutput && { checkOutput }), ...(budget && { budget }) },
        signal,
      )) {
        if (event.type === 'turn.completed') {
          const place = { threadId, turnId, cwd: deps.kernel.options.cwd }
          await hooks.run('Stop', { ...place, lastAgentMessage: event.last_agent_message ?? '' }, signal)
          const problem = await notified(event.last_agent_message, prepared, deps)
          if (problem) yield ledger.add(problem)
        }
        if (!hidesReasoning || !('item' in event) || event.item.type !== 'reasoning') yield event
      }
    } finally {
      await planned.close()
    }
    await security.audit.sync()
  } finally {
    gate.endTurn()
    await security.audit.close()
  }
}

/** A turn that could begin: who answers, what it is told, what it may call. */
export interface PlannedTurn {
  readonly chosen: ChosenStages
  readonly input: TurnInput
  readonly ledger: ItemLedger
  readonly tools: ThreadTools
  /** Absent: nothing bounds what it uses. */
  readonly budget: ThreadBudget | undefined
  readonly run: Omit<ThreadRun, 'preface' | 'rollout'>
  /** To be told before the turn. */
  readonly items: readonly ThreadItemBody[]
  /** Ends what was opened for its tools. */
  close(): Promise<void>
}

/** Puts a turn together, and asks nobody. The caller closes it. @throws CodexError; the abort reason */
export async function planTurn(
  prepared: PreparedThread,
  request: ThreadRequest,
  deps: ThreadDeps,
  signal: AbortSignal,
): Promise<PlannedTurn> {
  const { gate, security } = prepared
  const chosen = await stagesOf(prepared, request, deps, signal)
  const budgets = await threadBudget(prepared.agent, deps)
  const budget = budgets.outerBudget
  for (const stage of chosen.stages) budget?.assertPriced(stage)
  const sources = await openThreadSources(prepared, request, deps.kernel, signal)
  try {
    const defaultPrompt = findAgent(defaultAgentId, (await deps.store.agents()).effective).value.prompt?.system ?? ''
    const input = await turnInput(
      {
        ...prepared,
        contexts: [...prepared.contexts, ...sources.contexts],
        givenPaths: request.paths ?? [],
        images: request.images ?? [],
        defaultPrompt,
        skills: (await deps.store.skills()).effective,
        profile: security.profile.id,
        approvalPolicy: security.approvalPolicy,
        ...(prepared.resumed && { history: prepared.resumed.record.history }),
      },
      { kernel: deps.kernel, gate },
      signal,
    )
    const ledger = createItemLedger()
    const knownTools = {
      named: toolsNamedBy(prepared.agent?.value, prepared.input.command?.definition.value),
      found: prepared.resumed?.record.foundTools ?? [],
    }
    const recorder = deps.recorder ?? ownRecorder(prepared, request, deps)
    const delegate = delegation(prepared, request, { ...deps, ...budgets, recorder })
    const { contextWindow } = chosen.stages.find(({ preparing }) => !preparing)?.modelInfo ?? {}
    const given = { ledger, knownTools, delegate, contextWindow, ask: request.ask, sources: sources.sources }
    const watched = recorder && { recorder, gate: recorder.watch(gate) }
    const tools = threadTools({ ...deps, ...prepared, ...given, ...watched })
    const run = threadRun(prepared, chosen, input, request, deps)
    const close = async () => {
      await tools.close()
      if (deps.recorder === undefined) await recorder?.end()
      await sources.close()
    }
    const notes = chosen.stages.flatMap((stage) => budget?.unpriced(stage) ?? [])
    const items = [...sources.items, ...notes.map((message): ThreadItemBody => ({ type: 'notice', message }))]
    return { chosen, input, ledger, tools, run, budget, items, close }
  } catch (error) {
    await sources.close()
    throw error
  }
}

/** A thread that a person starts with --approve-for-me, and with it those that it hands work to. */
function isReviewed({ kernel, depth }: ThreadDeps): boolean {
  return kernel.options.settings.approveForMe === true && depth === 0
}

/** The reviewing agent answers what would be asked. Its own thread may do nothing, and nobody answers it. */
function reviewed(request: ThreadRequest, deps: ThreadDeps): ThreadRequest {
  return {
    ...request,
    async approve(question, signal) {
      const { reviewApproval } = await import('./review-approval.ts')
      const child: ThreadDeps = { ...deps, parentLayers: [], depth: deps.depth + 1 }
      const agents = async () => (await deps.store.agents()).effective
      const run = (asked: ThreadRequest, abort: AbortSignal) => startThread(asked, child, abort)
      return await reviewApproval(question, { task: request.input, agents, run }, signal)
    },
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

/** A turn that leaves no record is not recorded for an undo either. */
function ownRecorder(
  { threadId, turnId, prompt }: PreparedThread,
  request: ThreadRequest,
  { kernel }: ThreadDeps,
): TurnRecorder | undefined {
  if (request.ephemeral || kernel.loaded.config.undo?.enabled === false) return undefined
  const said = createValueRedactor({}, kernel.credentials.secrets)(prompt)
  const title = said.trim().split('\n', 1)[0]?.slice(0, maxTitleLength) ?? ''
  return createTurnRecorder({ turn: turnId, thread: threadId, title }, kernel)
}

async function stagesOf(
  prepared: PreparedThread,
  request: ThreadRequest,
  deps: ThreadDeps,
  signal: AbortSignal,
): Promise<ChosenStages> {
  const commandModel = prepared.input.command?.definition.value.model
  const model = deps.kernel.options.settings.model ?? commandModel
  const review = request.purpose === 'review' ? deps.kernel.loaded.config.review_model : undefined
  const { audit } = prepared.security
  const chosen = await chooseStages(
    prepared.agent?.value,
    {
      playbook: request.playbook ?? false,
      ...(model !== undefined && { model }),
      ...(review !== undefined && { preferred: review }),
    },
    { kernel: deps.kernel, audit, threadId: prepared.threadId },
    signal,
  )
  const isAlone = chosen.stages.length === 1 && chosen.stages[0]?.provider.modelFree === true
  if (isAlone && request.paths && request.paths.length > 0) {
    const { assertPathsExist } = await import('./assert-paths-exist.ts')
    await assertPathsExist(request.paths, deps.kernel.options.cwd)
  }
  return chosen
}

function threadRun(
  prepared: PreparedThread,
  chosen: ChosenStages,
  input: TurnInput,
  request: ThreadRequest,
  { kernel }: ThreadDeps,
): Omit<ThreadRun, 'preface' | 'rollout'> {
  const { threadId, turnId, agent, resumed, security } = prepared
  const { cwd } = kernel.options
  const { config } = kernel.loaded
  const compactAt = config.model_auto_compact_token_limit
  const maxIterations = prepared.gate.permissions.limits.max_iterations
  const who = { model_provider: chosen.provider, ...(agent && { agent: agent.id }) }
  return {
    turn: {
      threadId,
      turnId,
      history: resumed?.record.history ?? [],
      input: input.items,
      stages: chosen.stages,
      task: { prompt: prepared.prompt, paths: prepared.paths },
      usageBefore: resumed?.record.usage ?? noUsage,
      ...(agent && { agent: agent.value }),
      ...(request.outputSchema && { outputSchema: request.outputSchema }),
      ...(maxIterations !== undefined && { maxIterations }),
      ...loopLimits(config.loop_detection),
      ...(compactAt !== undefined && { compactAtTokens: compactAt }),
      ...(config.service_tier !== undefined && { serviceTier: config.service_tier }),
      ...webSearch(config, prepared.gate),
      showRawReasoning: config.show_raw_agent_reasoning ?? false,
      ...(config.compact_prompt !== undefined && { compactPrompt: config.compact_prompt }),
    },
    context: {
      turn_id: turnId,
      cwd,
      model: chosen.model,
      approval_policy: security.approvalPolicy,
      security_profile: security.profile.id,
      ...who,
    },
    meta: {
      id: threadId,
      timestamp: kernel.options.now().toISOString(),
      cwd,
      ...sourceOf(kernel.options),
      ...who,
    },
    isNew: resumed === undefined,
    redact: createValueRedactor({}, kernel.credentials.secrets),
  }
}

/** The provider's search counts as a tool: permissions that do not name it take it away. */
function webSearch({ web_search: said, tools }: Config, gate: Gate): Pick<Turn, 'webSearch'> {
  const mode = said ?? (tools?.web_search ? 'live' : 'disabled')
  return mode === 'disabled' || decideIn('tools', gate.permissions, 'web_search') === 'deny' ? {} : { webSearch: mode }
}

/** Defaults: a third equal round is worth a word, a sixth helps nobody; what waits for a build may do so for long. */
function loopLimits(table: Config['loop_detection']): Pick<Turn, 'loopLimits'> {
  const { enabled = true, hint_after = 3, stop_after = 6, polling_stop_after = 60 } = table ?? {}
  if (!enabled) return {}
  return { loopLimits: { hintAfter: hint_after, stopAfter: stop_after, pollingStopAfter: polling_stop_after } }
}

function openRolloutOf({ threads, resumed, threadId }: PreparedThread) {
  return resumed ? threads.reopen(resumed) : threads.create(threadId)
}

/** What is wrong in configuration, plugins and definitions is items of type `error`, as in Codex; facts are notices. */
export function threadNotices(
  input: TurnInput,
  chosen: ChosenStages,
  { kernel, store, depth }: ThreadDeps,
): readonly ThreadItemBody[] {
  const ofConfig = kernel.loaded.diagnostics
  const ofFiles = [...kernel.diagnostics, ...store.diagnostics()].filter(
    (found) => found.severity !== 'info' && !ofConfig.includes(found),
  )
  const messages = new Set([
    ...ofConfig.map(({ message }) => message),
    ...ofFiles.map(formatDiagnostic),
    ...kernel.credentials.warnings(),
    ...(chosen.warning === undefined ? [] : [chosen.warning]),
    ...input.notes,
  ])
  const warnings = [...messages].map((message): ThreadItemBody => ({ type: 'error', message }))
  const facts = [
    ...(chosen.notice === undefined ? [] : [chosen.notice]),
    ...(kernel.wishedPlugins.length > 0 && depth === 0 ? [wishNotice(kernel.wishedPlugins)] : []),
  ]
  return [...warnings, ...facts.map((message): ThreadItemBody => ({ type: 'notice', message }))]
}

function wishNotice(names: readonly string[]): string {
  return `The configuration here wishes for plugins that are not installed: ${names.join(', ')}. codex plugins install shows each and asks.`
}

/**
 * Another agent as a thread of its own, within this one's permissions; its last message comes back. The same person is
 * asked, and what was said of models and of keeping threads holds for it too.
 */
function delegation({ layers }: PreparedThread, request: ThreadRequest, deps: ThreadDeps): Delegate {
  const { playbook = false, ephemeral = false, approve, ask } = request
  const common = { lenientInput: true, playbook, ephemeral, ...(approve && { approve }), ...(ask && { ask }) }
  return async ({ agent, prompt }, signal) => {
    const maxDepth = deps.kernel.loaded.config.agents.max_depth ?? defaultMaxDepth
    if (deps.depth >= maxDepth) {
      throw new CodexError('permission.denied', `Agents hand work on at most ${maxDepth} deep`, {
        hint: 'Do the work here, or raise agents.max_depth.',
      })
    }
    let threadId = ''
    let text = ''
    const child = { ...deps, parentLayers: layers, depth: deps.depth + 1 }
    for await (const event of startThread({ ...common, input: prompt, agent }, child, signal)) {
      if (event.type === 'thread.started') threadId = event.thread_id
      if (event.type === 'turn.completed') text = event.last_agent_message ?? ''
      if (event.type === 'turn.failed') throw new CodexError('tool.failed', `Agent ${agent}: ${event.error.message}`)
      if (event.type === 'turn.interrupted') signal.throwIfAborted()
    }
    return { threadId, text }
  }
}
