import { v7 as uuidv7 } from 'uuid'
import type { HookOutcome, HookRunner } from '../kernel/run-hooks.ts'
import { CodexError } from '../plugin-api/errors.ts'
import type {
  AgentDefinition,
  Definition,
  Grant,
  ThreadCeiling,
  ThreadItemBody,
  ThreadRequest,
  TraceContext,
} from '../plugin-api/index.ts'
import type { ApproverLink } from '../security/approvals/approver.ts'
import type { SessionGrants } from '../security/approvals/grants.ts'
import type { Gate } from '../security/gate.ts'
import { permissionsOfAgent } from '../security/permissions/permissions-of-agent.ts'
import { permissionsOfCommand } from '../security/permissions/permissions-of-command.ts'
import type { StoredThread } from '../thread/thread-store.ts'
import type { AskedCompaction } from '../thread/turn.ts'
import { createTurnTrace, type TurnTrace } from '../thread/turn-trace.ts'
import type { ItemsBesides } from '../tools/items-besides.ts'
import { activateAgent } from './activate-agent.ts'
import { choosePaths } from './choose-paths.ts'
import { expandInput } from './expand-input.ts'
import { findThread } from './find-thread.ts'
import type { KeptCeiling } from './kept-ceiling.ts'
import type { Kernel } from './load-kernel.ts'
import { openThreadSecurity, type SecurityDeps, type ThreadSecurity, toolFacts } from './open-thread-security.ts'
import { plainInput, type ResolvedInput, resolveInput } from './resolve-input.ts'
import { bothCeilings } from './thread-ceiling.ts'
import { isOfToolSource } from './tool-source-table.ts'
import { turnTraceContext } from './turn-trace-context.ts'
import { withTimedApprovals } from './with-timed-approvals.ts'

/** A turn whose input, agent and permissions are settled; nothing has been asked of a model yet. */
export interface PreparedThread {
  readonly threadId: string
  readonly turnId: string
  readonly trace: TurnTrace
  /** The span that the turn belongs under. Absent: it begins a trace. */
  readonly traceParent: TraceContext | undefined
  readonly resumed: StoredThread | undefined
  readonly input: ResolvedInput
  readonly prompt: string
  /** Who wrote it. */
  readonly author: 'person' | 'model'
  /** Present: the turn summarises the thread. */
  readonly compaction: AskedCompaction | undefined
  readonly paths: readonly string[]
  readonly agent: Definition<AgentDefinition> | undefined
  /** Ids of the agents from the one that a person started to this one. */
  readonly agents: readonly string[]
  readonly security: ThreadSecurity
  /** All that bounds the turn, and the threads that it hands work to. */
  readonly ceiling: ThreadCeiling
  readonly gate: Gate
  readonly hooks: HookRunner
  /** What hooks tell the model. */
  readonly contexts: readonly string[]
  /** What to show before the turn: activation, notes. */
  readonly preface: readonly ThreadItemBody[]
}

/**
 * Takes a prompt from what was typed to what will be asked: command, agent, permissions. The caller closes
 * `security.audit`, also where a later step fails; this function does so where it fails itself.
 *
 * @throws CodexError (docs/reference/errors.md); the abort reason
 */
export async function prepareThread(
  request: ThreadRequest,
  deps: SecurityDeps & {
    /** Of the thread that delegates; absent for a thread that a person starts. */
    readonly ceiling?: ThreadCeiling | undefined
    /** Who wrote the prompt: what a model writes names no command, agent or skill, and nothing in it is expanded. Absent: a person. */
    readonly author?: 'person' | 'model'
    /** Ids of the agents that hand this work on, the first one first; absent for a thread that a person starts. */
    readonly parentAgents?: readonly string[] | undefined
    /** Of the call that delegates; absent for a thread that a person starts. */
    readonly parentTrace?: TraceContext | undefined
    /** The reviewing agent. Absent: none answers. */
    readonly reviewer?: ApproverLink | undefined
    /** Where its questions are shown. Absent: nowhere. */
    readonly items?: ItemsBesides | undefined
    /** What was granted for the session to any thread of the run. Absent: there is no other. */
    readonly sessionGrants?: SessionGrants
    /** Of a thread that begins. Absent: one is made up. */
    readonly threadId?: string
    /** True for a thread that is told nothing but its prompt. */
    readonly isAlone?: boolean
    /** True where the prompt waited for an earlier turn of this run to end. */
    readonly isQueued?: boolean
    /** The part of the prompt that says what it is about: the rest names files without meaning them. Absent: all of it. */
    readonly about?: string
  },
  signal: AbortSignal,
): Promise<PreparedThread> {
  const { kernel, store } = deps
  const { author = 'person', items } = deps
  const hasAgents = kernel.loaded.config.agents.enabled
  const input =
    author === 'model'
      ? await plainInput(request, store, hasAgents)
      : await resolveInput(request, store, hasAgents, (name) => isOfToolSource(name, kernel))
  const turnId = uuidv7()
  const {
    own: ownTrace,
    parent: traceParent,
    problem: traceProblem,
  } = turnTraceContext(turnId, deps.parentTrace, kernel.options.env)
  const trace = createTurnTrace(ownTrace, { now: kernel.options.now, newSpanId })
  // For callers of `codex exec` an unknown name, or `last` without a thread of this directory, begins a new one (Codex contract, A.1), and says so.
  const { resume, resumeAnywhere: anywhere = false } = request
  const told: string[] = []
  const notice = (message: string) => void told.push(message)
  const resumed = resume === undefined ? undefined : await findThread(resume, { anywhere, notice }, kernel)
  if (resume !== undefined && !resumed && !request.lenientInput) throw notFound(resume)
  const kept = resumed && (await ceilingKept(resumed, kernel))
  if (kept?.problem !== undefined) notice(kept.problem)
  const elsewhere = resumed && (await workedInCopy(resumed, kernel))
  if (elsewhere !== undefined) notice(elsewhere)
  const ceiling = bothCeilings(deps.ceiling, kept?.ceiling)
  const asked = withTimedApprovals({ approve: request.approve, reviewer: deps.reviewer }, trace)
  const grants = {
    kept: resumed && resumed.record.grants.length > 0 ? await grantsThatHold(resumed.record.grants) : [],
    ofRun: deps.sessionGrants,
    add: (grant: Grant) => trace.add({ type: 'grant', grant }),
  }
  const security = await openThreadSecurity({ ...asked, grants, ...(items && { items }) }, input.command?.definition, {
    ...deps,
    ceiling,
  })
  const { parentAgents = [] } = deps
  security.audit.describe({ turn: turnId, ...(parentAgents.length > 0 && { agentPath: parentAgents }) })
  try {
    const isCompaction = input.command?.definition.value.turn === 'compact'
    if (isCompaction) {
      const { assertCompactable } = await import('./assert-compactable.ts') // few turns are one
      assertCompactable(`/${input.command?.definition.id}`, request, resumed)
    }
    const threadId = resumed?.kept.threadId ?? deps.threadId ?? uuidv7()
    // Refused here, nothing has been asked or started; nobody else gets the thread from when its rollout is opened.
    if (resumed) kernel.threads.assertFree(threadId)
    const facts = { tools: security.tools, places: kernel.places }
    const outer = input.command ? permissionsOfCommand(input.command.definition, facts) : []
    const outerGate = security.gate(threadId, outer)
    const expanded = input.prompt
      ? await expandPrompt(input.prompt, { kernel, security, gate: outerGate, threadId, ask: request.ask }, signal)
      : await expandInput(input, request, { kernel, gate: outerGate }, signal)
    const given = [...(request.paths ?? []), ...expanded.paths]
    const paths = deps.isAlone ? given : await choosePaths(deps.about ?? expanded.text, given, kernel)
    const about = {
      prompt: expanded.text,
      paths,
      route: !isCompaction && (request.route ?? true),
      ...(input.agent && { named: input.agent }),
    }
    const { agent, items } = await activateAgent(about, { kernel, store, gate: outerGate }, signal)

    const agents = agent ? [...parentAgents, agent.id] : parentAgents
    security.audit.describe({ agentPath: agents })
    const own = agent ? permissionsOfAgent(agent, facts) : []
    const layers = [...outer, ...own]
    const gate = own.length > 0 ? security.gate(threadId, layers) : outerGate
    const { hooks } = security
    const place = { threadId, turnId, cwd: kernel.options.cwd }
    const source = deps.isQueued ? undefined : resumed ? 'resume' : 'startup'
    const contexts = deps.isAlone ? [] : await runPromptHooks(expanded.text, { ...place, source }, hooks, signal)
    const nothing = resume !== undefined && !resumed ? [nothingResumed(resume)] : passedOver(resumed)
    const notes = [...(traceProblem === undefined ? [] : [traceProblem]), ...told, ...nothing, ...expanded.notes].map(
      (message): ThreadItemBody => ({ type: 'notice', message }),
    )
    const common = {
      threadId,
      turnId,
      trace,
      traceParent,
      resumed,
      author,
      input,
      paths,
      agent,
      agents,
      security,
      ceiling: security.ceiling(layers),
      gate,
      hooks,
      contexts,
    }
    const compaction = isCompaction ? { said: input.text, focus: expanded.text } : undefined
    return { ...common, compaction, prompt: expanded.text, preface: [...items, ...notes] }
  } catch (error) {
    await security.audit.close()
    throw error
  }
}

/** Most threads were begun by a person, and nothing of theirs bounds them. */
async function ceilingKept({ record }: StoredThread, kernel: Kernel): Promise<KeptCeiling> {
  const { keptCeiling } = await import('./kept-ceiling.ts')
  return keptCeiling(record.meta, toolFacts(kernel))
}

/** Few threads worked for a task that writes beside others. */
async function workedInCopy({ record }: StoredThread, kernel: Kernel): Promise<string | undefined> {
  if (record.meta.ceiling === undefined) return undefined
  const { copyNotice } = await import('./worktrees/copy-notice.ts')
  return copyNotice(record.meta, kernel)
}

/** Few threads that go on were granted anything. */
async function grantsThatHold(grants: readonly Grant[]): Promise<readonly Grant[]> {
  const { keptGrants } = await import('../security/approvals/kept-grants.ts')
  return await keptGrants(grants)
}

/** The random half of a UUID. */
function newSpanId(): string {
  return uuidv7().slice(-17).replace('-', '')
}

/** What of the thread's record says nothing to this version. */
function passedOver(resumed: StoredThread | undefined): readonly string[] {
  const { unreadable = 0, unknown = new Map<string, number>() } = resumed?.record.passedOver ?? {}
  const kinds = [...unknown].map(([kind, count]) => `${kind} (${count})`)
  const parts = [
    ...(unreadable > 0 ? [`${unreadable} of its lines cannot be read`] : []),
    ...(kinds.length > 0 ? [`this version does not know ${kinds.join(', ')}`] : []),
  ]
  if (parts.length === 0) return []
  return [`Parts of this thread's record were passed over, and stay in it: ${parts.join('; ')}`]
}

function nothingResumed(said: string): string {
  return `${noneOf(said)}, so a new one begins; codex threads list --all shows those that there are`
}

function notFound(said: string): CodexError {
  return new CodexError('thread.not_found', noneOf(said), {
    hint: 'codex threads list --all shows those that there are; --last --all takes the newest of any directory.',
  })
}

function noneOf(said: string): string {
  if (said === '') return 'No thread was named'
  return said === 'last' ? 'There is no thread of this directory' : `No thread has the name "${said}"`
}

/** Few prompts are kept by a server. */
const expandPrompt: typeof import('./expand-source-prompt.ts').expandSourcePrompt = async (...given) => {
  const { expandSourcePrompt } = await import('./expand-source-prompt.ts')
  return await expandSourcePrompt(...given)
}

async function runPromptHooks(
  prompt: string,
  {
    source,
    ...place
  }: {
    readonly threadId: string
    readonly turnId: string
    readonly cwd: string
    /** Absent: nothing begins, the run goes on. */
    readonly source: 'startup' | 'resume' | undefined
  },
  hooks: HookRunner,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const started = source && (await hooks.run('SessionStart', { ...place, source }, signal))
  if (started?.decision === 'deny') throw refused('The run', started)
  const submitted = await hooks.run('UserPromptSubmit', { ...place, prompt }, signal)
  if (submitted.decision === 'deny') throw refused('The prompt', submitted)
  return [started?.context, submitted.context].flatMap((context) => context ?? [])
}

function refused(what: string, { reason = 'a hook denies it', deniedBy }: HookOutcome): CodexError {
  const { file, line } = deniedBy ?? {}
  return new CodexError('permission.denied', `${what} was refused: ${reason}`, {
    hint: 'See which hooks there are: codex hooks list.',
    ...(file !== undefined && { location: { file, ...(line !== undefined && { line }) } }),
  })
}
