import { untilAborted } from '../kernel/until-aborted.ts'
import type {
  Action,
  ActionOutcome,
  ApprovalAnswer,
  ApprovalDecision,
  ApprovalPolicy,
  ApprovalReply,
  ApprovalRequest,
  Decision,
  Grant,
  Opening,
  PermissionLayer,
  Permissions,
} from '../plugin-api/index.ts'
import type { Asking } from './approvals/approval-request.ts'
import { replyOf } from './approvals/approver.ts'
import { createGrants, type SessionGrants } from './approvals/grants.ts'
import type { LastingRule, Offer } from './approvals/offers-for.ts'
import type { AuditActor } from './audit/audit-record.ts'
import type { AuditLog } from './audit/open-audit.ts'
import type { ExecPolicy } from './exec-policy/exec-policy.ts'
import { actionVerdict, isOwnOutput } from './gate/action-verdict.ts'
import { compileLayers } from './gate/compile-layers.ts'
import type { Considered, HeldAction, HeldJudge } from './gate/judge-held.ts'
import { answeredBy, faultOf, type Judgement, recorded } from './gate/judgement.ts'
import { needsSandbox } from './gate/needs-sandbox.ts'
import { type NetworkReach, networkReach } from './gate/network-reach.ts'
import { heldDetail, nobodyHint, underStrictReview, withApproval, withOpens } from './gate/questions.ts'
import { describeAction, resolveAction, subjectPath } from './gate/resolve-action.ts'
import type { SandboxState } from './gate/sandbox-state.ts'
import type { Verdict } from './gate/verdict.ts'
import { intersectAll, nothing } from './permissions/intersect.ts'
import { hostOfPattern, networkSubject } from './permissions/network-pattern.ts'
import type { Places } from './places.ts'
import { type ProtectedPaths, protectedPaths } from './protected-paths.ts'
import { realPathAtUse } from './real-path.ts'

/** The one place that says yes. It decides and records; it never acts. */
export interface Gate {
  /**
   * Never throws but for the abort reason: an error inside is a denial. `decision.action` holds the real path.
   *
   * @param ahead told of what is allowed once that is decided and recorded. What has to happen before the action may still go on:
   * it can be prepared, and must not begin.
   */
  authorize(action: Action, signal: AbortSignal, ahead?: (allowed: Action) => void): Promise<Decision>
  /** The same for an action that a person has to agree to even where all layers allow it. */
  authorizeAsked(action: Action, approval: RequiredApproval, signal: AbortSignal): Promise<Decision>
  /** Records that something else refuses an action: a hook. */
  refuse(action: Action, why: Refusal, signal: AbortSignal): Promise<Decision>
  /**
   * The same for a connection of a command that runs, which is held while the question is open: one question at a time for each host, whose
   * answer is for all that wait. Where nobody can be asked it is denied at once, and so is what was refused before in the turn.
   *
   * @param gone aborts once the command waits no more; it ends the waiting alone
   * @throws the reason of either
   */
  authorizeHeld(action: HeldAction, gone: AbortSignal, signal: AbortSignal): Promise<Decision>
  /** True where what is sent through a tunnel to the host has to be TLS: what else would go through it could be seen, and is not allowed. */
  mustBeTls(target: Pick<HeldAction, 'host' | 'port'>): Promise<boolean>
  /** What of a permission may be granted, each part with its real path; none where nothing of it may. Asks nobody, records nothing. */
  partsOf(wanted: PermissionAction): Promise<readonly PermissionAction[]>
  /** Records how the allowed action ended; where that cannot be written, the next decision is a denial. */
  settle(decision: Decision, outcome: ActionOutcome): Promise<void>
  /** For readers of a tree that was authorised: whether this real path in it may be read. Asks nobody, records nothing. */
  mayRead(realPath: string): boolean
  /** Where the long outputs of the thread are kept, which it may read whatever the layers say: it has seen them. */
  readonly outputsDir: string | undefined
  /** Forgets the grants that were given for the turn. */
  endTurn(): void
  /** The intersection of all layers. */
  readonly permissions: Permissions
  /** What the protection is about, as it was when the gate was made. */
  readonly protectedPaths: ProtectedPaths
  /** What a person granted inside it for longer than one action, for commands to have. */
  granted(): readonly Opening[]
  /** True where a command that is allowed has to run in a sandbox: the profile says so, or a layer narrows what it could do. */
  readonly needsSandbox: boolean
  /** What commands reach of the network. */
  readonly networkReach: NetworkReach
  /** Hosts that a layer names, to be allowed or asked about, and those that a rule of the user opens; without brackets. */
  namedHosts(): readonly string[]
}

/** A permission that someone wants. */
export type PermissionAction = Extract<Action, { kind: 'permission' }>

/** Who refuses an action, by which rule, where that stands, and why. */
export type Refusal = Pick<Decision, 'layer' | 'rule' | 'reason' | 'file' | 'line'>

/** Why an action has to be agreed to, whatever the layers allow. */
export interface RequiredApproval {
  /** Who wants it asked. */
  readonly layer: string
  /** The setting that says so. */
  readonly rule: string
  readonly reason: string
  /** What the decision says where the approval policy is `never`. Absent: `reason`, and that nobody can be asked. */
  readonly whenNever?: string
  /** How it need not be asked for. */
  readonly hint?: string
  /** For the person alone. */
  readonly detail?: string
}

export interface GateDeps {
  readonly threadId: string
  /** Real path that nothing else writes below, or that does not exist yet. Absent: long outputs are not kept. */
  readonly outputsDir?: string
  /** In the order in which decisions name them; the profile's first. Without any, nothing is allowed. */
  readonly layers: readonly PermissionLayer[]
  readonly places: Places
  /** `lifted` only under a profile whose whole chain says `protected = false`. */
  readonly protection: 'on' | 'lifted'
  readonly execPolicy: ExecPolicy
  readonly approvalPolicy: ApprovalPolicy
  readonly sandbox: {
    /** What the profile says; layers that narrow may need one all the same, see `Gate.needsSandbox`. */
    readonly required: boolean
    /** Whether a backend works here; asked at the first action that needs to know, since it starts a process. */
    find(): Promise<SandboxState>
  }
  /** Absent, or where it answers undefined: nobody can be asked, and what would have to be is denied. */
  readonly approve?: (request: ApprovalRequest, signal: AbortSignal) => Promise<ApprovalAnswer | undefined>
  /** What was granted for the session, by now or in an earlier run. It is as good as the layers of today let it be. Absent: nothing. */
  readonly session?: SessionGrants
  /** Told of what is granted for the session. */
  readonly grantedNow?: (grant: Grant) => void
  /** Writes rules down that allow this, for other threads to have. Absent: `always` is not offered. */
  readonly keepRules?: (rules: readonly LastingRule[]) => Promise<void>
  /** Who acts as of now, for questions to say. Absent: no turn and no agent. */
  readonly actor?: () => Pick<AuditActor, 'turn' | 'agentPath'>
  readonly audit: Pick<AuditLog, 'append' | 'appendSoon'>
}

/**
 * Decides in this order: the real path at this moment, the floor, the protected paths, each layer of permissions, the exec
 * policy, the sandbox, then whoever can be asked. The record is written before an allowance is given.
 * @throws CodexError `definition.invalid` for a layer whose patterns cannot be compared
 */
export function createGate(deps: GateDeps): Gate {
  const permissions = deps.layers.length === 0 ? nothing : intersectAll(deps.layers.map((layer) => layer.permissions))
  const layers = compileLayers(deps.layers)
  const guarded = protectedPaths(deps.places)
  const grants = createGrants(deps.session ?? new Map())
  const sandboxNeeded = deps.sandbox.required || needsSandbox('none', permissions)
  /** Whether every command of the turn is reviewed. */
  let isStrict = false
  let held: Promise<HeldJudge> | undefined
  const isGranted = (action: Action) => grants.has(action)
  const verdictDeps = {
    ...deps,
    permissions,
    layers,
    protectedPaths: guarded,
    sandboxNeeded,
    isGranted,
    isCommandGranted: grants.hasCommand,
  }

  /** The action as it is at this moment, with what a command would have to be opened, and what is said about it. */
  async function consider(action: Action, approval: RequiredApproval | undefined): Promise<Considered> {
    const resolved = await resolveAction(action)
    const { opens, ...verdict } = withApproval(await actionVerdict(resolved, verdictDeps), approval)
    return { action: resolved.kind === 'exec' ? withOpens(resolved, opens) : resolved, verdict }
  }

  async function judge(
    action: Action,
    approval: RequiredApproval | undefined,
    signal: AbortSignal,
  ): Promise<Judgement> {
    const considered = await consider(action, approval)
    const { action: resolved, verdict } = considered
    const isReviewed = isStrict && resolved.kind === 'exec' && verdict.answer !== 'deny'
    if (isReviewed) return await ask({ action, resolved, approval }, underStrictReview(verdict), signal)
    return withoutAsking(considered) ?? ask({ action, resolved, approval }, verdict, signal)
  }

  /** Undefined where somebody has to be asked. */
  function withoutAsking({ action, verdict }: Considered): Judgement | undefined {
    if (verdict.answer !== 'ask') {
      return { action, verdict, outcome: verdict.answer, ...(verdict.isGranted && { approvedBy: 'grant' as const }) }
    }
    return grants.has(action) ? { action, verdict, outcome: 'allow', approvedBy: 'grant' } : undefined
  }

  /** Most turns reach no host by a command. */
  async function openHeldJudge(): Promise<HeldJudge> {
    const { createHeldJudge } = await import('./gate/judge-held.ts')
    return createHeldJudge({
      canAsk: canAsk(),
      consider: (action) => consider(action, undefined),
      withoutAsking,
      async ask({ action, verdict }, limit) {
        const reply = await replyFrom({ action, verdict, detail: heldDetail }, limit)
        if (reply === undefined) return { reply, isRefusal: false }
        // A program connects again and again: what an agent allows is not judged anew each time.
        const isForTurn = reply.by === 'agent' && reply.offer === 'nothing'
        const offer: RequestReply['offer'] = isForTurn
          ? { grants: [{ type: 'action', action }], lasting: [] }
          : reply.offer
        if (offer !== undefined && offer !== 'nothing') await keep(offer, isForTurn ? 'turn' : reply.decision)
        return { reply: { ...reply, offer: offer && ('nothing' as const) }, isRefusal: offer === undefined }
      },
      judgedBy: (reply, { action, verdict }) =>
        judgedBy(reply, { action, resolved: action, approval: undefined }, verdict),
    })
  }

  async function ask(
    { action, resolved, approval }: Question,
    verdict: Verdict,
    signal: AbortSignal,
  ): Promise<Judgement> {
    const reply = await replyFrom({ action: resolved, verdict, detail: approval?.detail }, signal)
    return await judgedBy(reply, { action, resolved, approval }, verdict)
  }

  async function judgedBy(
    reply: RequestReply | undefined,
    { action, resolved, approval }: Question,
    verdict: Verdict,
  ): Promise<Judgement> {
    const answered = reply && answeredBy(reply)
    const refused = (reason: string, hint: string): Judgement => ({
      action: resolved,
      verdict: { ...verdict, reason, hint },
      outcome: 'deny',
      ...(answered && { answered }),
    })
    if (reply === undefined) {
      const words = deps.approvalPolicy === 'never' ? approval?.whenNever : undefined
      return refused(words ?? `${verdict.reason}; nobody can be asked`, approval?.hint ?? nobodyHint(resolved))
    }
    if (reply.offer === undefined) {
      const why = reply.reason === undefined ? '' : `: ${reply.reason}`
      return refused(`${verdict.reason}; it was refused${why}`, 'Ask for something else.')
    }
    const now = await consider(action, approval)
    if (now.verdict.answer === 'deny' || JSON.stringify(now.action) !== JSON.stringify(resolved)) {
      return refused(`${describeAction(resolved)} was approved, and leads elsewhere by now`, 'Try again.')
    }
    if (reply.offer !== 'nothing') await keep(reply.offer, reply.decision)
    if (reply.strictReview === true && resolved.kind === 'permission') isStrict = true
    const approvedBy = reply.by === 'agent' ? 'agent' : 'person'
    return { action: resolved, verdict, outcome: 'allow', approvedBy, ...(answered && { answered }) }
  }

  function canAsk(): boolean {
    return deps.approvalPolicy !== 'never' && deps.approve !== undefined
  }

  /** Undefined where nobody can be asked. */
  async function replyFrom(asking: Asking, signal: AbortSignal): Promise<RequestReply | undefined> {
    if (!canAsk() || deps.approve === undefined) return undefined
    const { approvalRequest, grantsOf } = await import('./approvals/approval-request.ts') // most turns ask nothing
    const question = await approvalRequest(asking, {
      ...verdictDeps,
      threadId: deps.threadId,
      actor: deps.actor?.() ?? {},
      homeDir: deps.places.homeDir,
      canKeepRules: deps.keepRules !== undefined,
      verdictOf: (action) => actionVerdict(action, verdictDeps),
    })
    const answer = await untilAborted(deps.approve(question.request, signal), signal)
    signal.throwIfAborted()
    if (answer === undefined) return undefined
    const reply = replyOf(answer)
    return { ...reply, requestId: question.request.id, offer: grantsOf(question, reply) }
  }

  /** For the turn, the session, or written down; a rule that is written down holds here at once. */
  async function keep({ grants: given, lasting }: Granting, decision: ApprovalDecision): Promise<void> {
    if (decision === 'always') await deps.keepRules?.(lasting)
    const scope = decision === 'session' || decision === 'always' ? 'session' : 'turn'
    for (const grant of given) {
      grants.add(grant, scope)
      if (scope === 'session') deps.grantedNow?.(grant)
    }
  }

  /** What was granted in an earlier run may be denied by now. */
  function mayBeOpened({ access, path }: Opening): boolean {
    const subject = subjectPath(path)
    if (layers.decide(access, subject, path).answer === 'deny') return false
    if (guarded.floor(subject, 'write') !== undefined) return false
    if (deps.protection === 'lifted') return true
    return guarded.secret(subject) === undefined && (access === 'read' || guarded.writeProtected(subject) === undefined)
  }

  async function decide(
    action: Action,
    judging: () => Promise<Judgement>,
    signal: AbortSignal,
    ends: AbortSignal = signal,
  ): Promise<Decision> {
    signal.throwIfAborted()
    const judgement = await judging().catch((error: unknown) => {
      ends.throwIfAborted()
      return faultOf(action, error)
    })
    return recorded(judgement, deps)
  }

  return {
    permissions,
    granted: () => grants.openings().filter(mayBeOpened),
    outputsDir: deps.outputsDir,
    needsSandbox: sandboxNeeded,
    protectedPaths: guarded,
    networkReach: networkReach(deps.sandbox.required ? 'required' : 'none', permissions),
    namedHosts: () => [
      ...[...permissions.network.allow, ...permissions.network.askable].flatMap(({ allow }) =>
        allow.flatMap((pattern) => hostOfPattern(pattern) ?? []),
      ),
      ...deps.execPolicy.networkRules.flatMap(({ host, decision }) => (decision === 'allow' ? host : [])),
    ],
    async authorize(action, signal, ahead) {
      const decision = await decide(action, () => judge(action, undefined, signal), signal)
      if (decision.outcome === 'allow') ahead?.(decision.action)
      return decision
    },
    refuse: (action, why, signal) =>
      decide(action, async () => ({ action, verdict: { answer: 'deny', ...why }, outcome: 'deny' }), signal),
    authorizeAsked: (action, approval, signal) => decide(action, () => judge(action, approval, signal), signal),
    async authorizeHeld(action, gone, signal) {
      const judging = async () => {
        held ??= openHeldJudge()
        return await (await held).judge(action, gone, signal)
      }
      return await decide(action, judging, signal, AbortSignal.any([signal, gone]))
    },
    async mustBeTls({ host, port }) {
      const write = { host, port, method: 'POST' }
      if (layers.decide('network', networkSubject(write), host).answer === 'deny') return true
      const { isPlainTextNarrowed } = await import('./gate/network-verdict.ts')
      return isPlainTextNarrowed(write, deps)
    },
    async partsOf(wanted) {
      const { partsOfPermission } = await import('./permissions/parts-of-permission.ts') // few turns ask for permissions
      const subject = wanted.of === 'network' ? wanted.subject : subjectPath(await realPathAtUse(wanted.subject))
      return partsOfPermission({ ...wanted, subject }, permissions)
    },
    async settle(decision, outcome) {
      if (decision.outcome !== 'allow') return
      deps.audit.appendSoon({ type: 'outcome', thread: deps.threadId, of: decision.auditId, ...outcome })
    },
    mayRead(realPath) {
      const subject = subjectPath(realPath)
      if (isOwnOutput(realPath, deps.outputsDir)) return true
      if (deps.protection === 'on' && guarded.secret(subject) !== undefined) return false
      return layers.mayRead(subject) || (grants.has({ kind: 'read', path: realPath }) && layers.mayAsk(subject))
    },
    endTurn() {
      isStrict = false
      grants.endTurn()
      held?.then(
        (opened) => opened.endTurn(),
        () => undefined, // whoever asked was told
      )
    },
  }
}

interface Question {
  readonly action: Action
  readonly resolved: Action
  readonly approval: RequiredApproval | undefined
}

/** What a yes is good for besides the action. */
type Granting = Pick<Offer, 'grants' | 'lasting'>

/** An answer, and what it grants; `offer` undefined: it is no yes. */
interface RequestReply extends ApprovalReply {
  readonly requestId: string
  readonly offer: Granting | 'nothing' | undefined
}
