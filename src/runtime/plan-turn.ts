import { findAgent } from '../agents/find-agent.ts'
import type { HistoryItem, SpawnedThread, ThreadCeiling, ThreadItemBody, ThreadRequest } from '../plugin-api/index.ts'
import type { ThreadBudget } from '../thread/budget.ts'
import type { ThreadRun } from '../thread/run-thread.ts'
import { createSharedShellStates, type SharedShellStates } from '../tools/context/shell-states.ts'
import type { Delegate, ItemLedger, ThreadAgents } from '../tools/index.ts'
import { createItemLedger } from '../tools/item-ledger.ts'
import { defaultAgentId } from './activate-agent.ts'
import { type ChosenStages, chooseStages, type StageDeps } from './choose-stages.ts'
import type { SecurityDeps } from './open-thread-security.ts'
import { openThreadSources } from './open-thread-sources.ts'
import type { PreparedThread } from './prepare-thread.ts'
import type { TurnTape } from './recording/tape.ts'
import { type BudgetDeps, threadBudget } from './thread-budget.ts'
import { threadRun } from './thread-run.ts'
import { type ThreadTools, threadTools } from './thread-tools.ts'
import { toolsNamedBy } from './tool-offer.ts'
import { type TurnInput, turnInput } from './turn-input.ts'
import { createTurnRecorder, type TurnRecorder } from './undo/record-turn.ts'

/** Of the prompt, in lists of what can be undone. */
const maxTitleLength = 120

/** What a turn shares with those that it hands work to. */
export interface SharedByTurns extends BudgetDeps {
  /** Of the thread that delegates to this one: what is done for it is undone with its turn. */
  readonly recorder?: TurnRecorder | undefined
  /** What login files left, for commands of all threads of the run. Absent: nothing is known yet. */
  readonly shellStates?: SharedShellStates | undefined
}

/** A model that is asked for by whoever begins an agent. */
export interface AskedEngine {
  readonly model?: string
  readonly effort?: string
}

export interface PlanDeps extends SecurityDeps, SharedByTurns {
  /** The thread that delegates to this one; absent for one that a person starts. */
  readonly parentThreadId?: string | undefined
  /** What bounds it besides what holds for any thread. Absent: nothing. */
  readonly ceiling?: ThreadCeiling | undefined
  /** Of a recording that runs again: who answers, and what was said before. */
  readonly replayed?: TurnTape['replayed'] | undefined
  /** True for a thread that is told nothing but its prompt. */
  readonly isAlone?: boolean
  /** Hands work to other agents, with what this turn shares with them. */
  delegation(shared: SharedByTurns): { readonly delegate: Delegate; readonly agentsBelow?: ThreadAgents }
  /** Its place among the agents of the run; absent for one that a person starts. */
  readonly spawned?: SpawnedThread | undefined
  /** What a thread that begins knows from another one. Absent: nothing. */
  readonly begunWith?: readonly HistoryItem[] | undefined
  /** The prompt as the history has it. Absent: a message of its words. */
  readonly promptItem?: HistoryItem | undefined
  /** Who answers in place of what the agent and the configuration say; absent: those. */
  readonly engine?: AskedEngine | undefined
  /** How many agents hand work on to this one. Absent: none. */
  readonly depth?: number
}

/** A turn that could begin: who answers, what it is told, what it may call. */
export interface PlannedTurn {
  readonly chosen: ChosenStages
  readonly input: TurnInput
  readonly ledger: ItemLedger
  readonly tools: ThreadTools
  /** Absent: nothing bounds what it uses. */
  readonly budget: ThreadBudget | undefined
  readonly run: Omit<ThreadRun, 'preface' | 'rollout' | 'warnings'>
  /** To be told before the turn. */
  readonly items: readonly ThreadItemBody[]
  /** Ends what was opened for its tools. */
  close(): Promise<void>
}

/** Puts a turn together, and asks nobody. The caller closes it. @throws CodexError; the abort reason */
export async function planTurn(
  prepared: PreparedThread,
  request: ThreadRequest,
  deps: PlanDeps,
  signal: AbortSignal,
): Promise<PlannedTurn> {
  const { gate } = prepared
  const { replayed } = deps
  const chosen = replayed
    ? await replayed.stages(stageDeps(prepared, deps), signal)
    : await stagesOf(prepared, request, deps, signal)
  const missing = replayed ? [] : await missingPathNotes(prepared, chosen, request, deps)
  const { begunWith } = deps
  const before = replayed?.before ?? prepared.resumed?.record ?? (begunWith && { history: begunWith, foundTools: [] })
  const budgets = await threadBudget(prepared.agent, deps)
  // What is replayed costs nothing.
  const budget = replayed ? undefined : budgets.outerBudget
  for (const stage of chosen.stages) budget?.assertPriced(stage)
  const sources = await openThreadSources(prepared, request, deps.kernel, signal)
  try {
    const input = prepared.compaction
      ? nothingTold
      : await toldIn(prepared, { request, before, contexts: sources.contexts }, deps, signal)
    const ledger = createItemLedger()
    const knownTools = {
      named: toolsNamedBy(prepared.agent?.value, prepared.input.command?.definition.value),
      found: before?.foundTools ?? [],
    }
    const recorder = deps.recorder ?? ownRecorder(prepared, request, deps)
    const shellStates = deps.shellStates ?? createSharedShellStates()
    const handsOn = deps.delegation({ ...budgets, recorder, shellStates })
    const { contextWindow } = chosen.stages.find(({ preparing }) => !preparing)?.modelInfo ?? {}
    const given = { ledger, knownTools, ...handsOn, contextWindow, ask: request.ask, sources: sources.sources }
    const watched = recorder && { recorder, gate: recorder.watch(gate) }
    // No turn follows one that leaves no record, nor that of an agent that was handed work.
    const hasNext = !request.ephemeral && deps.parentThreadId === undefined
    const supplies = hasNext ? deps.kernel.supplies.take(prepared.threadId) : undefined
    const tools = threadTools({ ...deps, ...prepared, ...given, ...watched, supplies, shellStates })
    const run = threadRun(prepared, chosen, input, request, deps)
    const close = async () => {
      await tools.close()
      if (deps.recorder === undefined) await recorder?.end()
      await sources.close()
    }
    const notes = [...missing, ...tools.notices, ...chosen.stages.flatMap((stage) => budget?.unpriced(stage) ?? [])]
    const items = [...sources.items, ...notes.map((message): ThreadItemBody => ({ type: 'notice', message }))]
    return { chosen, input, ledger, tools, run, budget, items, close }
  } catch (error) {
    await sources.close()
    throw error
  }
}

/** A summary is about what was told before. */
const nothingTold: TurnInput = { items: [], parts: [], notes: [] }

/** What a turn tells, and behind what. */
interface Told {
  readonly request: ThreadRequest
  readonly before: { readonly history: readonly HistoryItem[] } | undefined
  readonly contexts: readonly string[]
}

/** What the turn adds to the history. */
async function toldIn(
  prepared: PreparedThread,
  { request, before, contexts }: Told,
  { store, kernel, isAlone = false, promptItem }: Pick<PlanDeps, 'store' | 'kernel' | 'isAlone' | 'promptItem'>,
  signal: AbortSignal,
): Promise<TurnInput> {
  const { security, gate } = prepared
  return await turnInput(
    {
      ...prepared,
      contexts: [...prepared.contexts, ...contexts],
      isAlone,
      promptItem,
      givenPaths: request.paths ?? [],
      images: request.images ?? [],
      defaultPrompt: findAgent(defaultAgentId, (await store.agents()).effective).value.prompt?.system ?? '',
      skills: (await store.skills()).effective,
      profile: security.profile.id,
      approvalPolicy: security.approvalPolicy,
      ...(before && { history: before.history }),
    },
    { kernel, gate },
    signal,
  )
}

/** A turn that leaves no record is not recorded for an undo either. */
function ownRecorder(
  { threadId, turnId, prompt, security }: PreparedThread,
  request: ThreadRequest,
  { kernel }: SecurityDeps,
): TurnRecorder | undefined {
  if (request.ephemeral || kernel.loaded.config.undo?.enabled === false) return undefined
  const said = security.redactSaid(prompt)
  const title = said.trim().split('\n', 1)[0]?.slice(0, maxTitleLength) ?? ''
  return createTurnRecorder({ turn: turnId, thread: threadId, title }, request.record?.file, kernel)
}

function stageDeps({ security, threadId }: PreparedThread, { kernel }: SecurityDeps): StageDeps {
  return { kernel, audit: security.audit, threadId }
}

async function stagesOf(
  prepared: PreparedThread,
  request: ThreadRequest,
  deps: SecurityDeps & Pick<PlanDeps, 'engine'>,
  signal: AbortSignal,
): Promise<ChosenStages> {
  const commandModel = prepared.input.command?.definition.value.model
  const { model: asked, effort } = deps.engine ?? {}
  const model = asked ?? deps.kernel.options.settings.model ?? commandModel
  const review = request.purpose === 'review' ? deps.kernel.loaded.config.review_model : undefined
  const chosen = await chooseStages(
    prepared.agent?.value,
    {
      playbook: request.playbook ?? false,
      ...(model !== undefined && { model }),
      ...(effort !== undefined && { effort }),
      ...(review !== undefined && { preferred: review }),
    },
    stageDeps(prepared, deps),
    signal,
  )
  return chosen
}

/** What a playbook alone is asked about has to be there. Gives what to tell of other words. @throws CodexError `usage.arguments` */
async function missingPathNotes(
  { agent, input, paths, prompt }: PreparedThread,
  { stages }: ChosenStages,
  request: ThreadRequest,
  { kernel }: SecurityDeps,
): Promise<readonly string[]> {
  if (stages.length !== 1 || stages[0]?.provider.modelFree !== true) return []
  const { cwd } = kernel.options
  const { assertPathsExist, checkNamedPaths } = await import('./assert-paths-exist.ts')
  const given = request.paths ?? []
  await assertPathsExist(given, cwd)
  const takesPaths = /\{\{[^}]*\bpaths\b/.test(JSON.stringify(agent?.value.playbook ?? ''))
  // The words of a command file are its own.
  if (given.length > 0 || !takesPaths || input.command || input.prompt) return []
  return await checkNamedPaths(prompt, paths, cwd)
}
