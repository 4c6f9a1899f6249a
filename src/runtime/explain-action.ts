import type { Action, PermissionLayer } from '../plugin-api/index.ts'
import { noAudit } from '../security/audit/no-audit.ts'
import { createExecPolicy } from '../security/exec-policy/exec-policy.ts'
import { readScriptIn } from '../security/exec-policy/read-script-in.ts'
import { compileLayers } from '../security/gate/compile-layers.ts'
import { sparingPolicy } from '../security/gate/exec-verdict.ts'
import { policyVerdict } from '../security/gate/policy-verdict.ts'
import { describeAction } from '../security/gate/resolve-action.ts'
import { createGate, type GateDeps } from '../security/gate.ts'
import { everything } from '../security/permissions/intersect.ts'
import { networkSubject } from '../security/permissions/network-pattern.ts'
import { protectedPaths } from '../security/protected-paths.ts'
import { chooseApprovalPolicy } from './choose-approval-policy.ts'
import { userConfig } from './config-of-layers.ts'
import { openDefinitionStore } from './definition-store.ts'
import { execPolicyOf } from './exec-policy-of.ts'
import { type Confinement, explainConfinement } from './explain-confinement.ts'
import { loadKernel } from './load-kernel.ts'
import { threadProfile } from './open-thread-security.ts'
import { orchestrationLayer } from './orchestration-layer.ts'
import type { RuntimeOptions } from './runtime-options.ts'
import { assertRestrictionsRead } from './unread-settings.ts'

/** What somebody says of an action. */
export interface ActionAnswer {
  readonly answer: 'allow' | 'ask' | 'deny'
  /** Who says it: a profile, the exec policy, the floor. */
  readonly layer: string
  readonly rule: string
  readonly reason: string
  readonly file?: string
  readonly line?: number
  readonly justification?: string
}

/** What a thread would be told about an action, and what each layer says by itself. */
export interface ActionExplanation {
  readonly profile: string
  /** With real paths. */
  readonly action: Action
  readonly verdict: ActionAnswer
  /** The profile, what narrows it, the exec policy (of a command or a request), the floor and the protected paths, each asked alone. */
  readonly layers: readonly ActionAnswer[]
  /** How the operating system would hold it. Of a command alone. */
  readonly sandbox?: Confinement
  /** Of a request alone. False: commands run without a sandbox, so that only tools, models and servers are held to the answer. */
  readonly holdsCommands?: boolean
}

export interface ExplainRequest {
  readonly action: Action
  /** Absolute paths of files whose rules alone say what may run. Absent: the policies in force. */
  readonly rules?: readonly string[]
  /** Hosts that the user adds. Absent: none. */
  readonly allowHosts?: readonly string[]
}

/**
 * Asks the gate and does nothing: no record is written, nobody is asked, and for the verdict a sandbox is taken to work.
 *
 * @throws CodexError `config.*`, `home.missing`, `usage.unknown_definition`, `definition.invalid`, `definition.blocking`; the abort reason
 */
export async function explainAction(
  { action, rules, allowHosts }: ExplainRequest,
  options: RuntimeOptions,
  signal: AbortSignal,
): Promise<ActionExplanation> {
  const kernel = await loadKernel(options)
  const store = openDefinitionStore(kernel)
  await store.assertSafe()
  assertRestrictionsRead(kernel.loaded)
  const selected = await threadProfile(undefined, { kernel, store }, allowHosts)
  const execPolicy = await execPolicyOf(rules, store)
  const layers = [...selected.layers, ...orchestrationLayer(kernel.loaded.layers)]
  const { protection, sandbox } = selected.settings
  const approvalPolicy = chooseApprovalPolicy({
    configured: userConfig(kernel.loaded.layers).approval_policy,
    ofProfile: selected.settings.approvalPolicy,
  })
  const deps: GateDeps = {
    ...{ threadId: 'explain', places: kernel.places, audit: noAudit },
    ...{ layers, protection, approvalPolicy, execPolicy },
    sandbox: { required: sandbox === 'required', find: async () => ({ available: true, backend: 'none' }) as const },
  }
  const whole = await answerOf(action, deps, signal)
  const alone = async (own: Pick<GateDeps, 'layers' | 'protection'>) =>
    (
      await answerOf(
        action,
        { ...deps, ...own, approvalPolicy: 'on-request', execPolicy: createExecPolicy([]) },
        signal,
      )
    ).answer
  const each: ActionAnswer[] = []
  for (const layer of layers) {
    const own = networkAnswer(whole.action, layer) ?? (await alone({ layers: [layer], protection: 'lifted' }))
    each.push(own)
  }
  if (action.kind === 'exec') {
    const reading = await readScriptIn(action.script, { cwd: action.cwd, homeDir: kernel.places.homeDir })
    const where = { ...deps, sandboxNeeded: createGate(deps).needsSandbox }
    const guarded = { layers: compileLayers(layers), protectedPaths: protectedPaths(kernel.places) }
    const spared = await sparingPolicy(reading, action.cwd, { ...where, ...guarded })
    each.push(policyVerdict(reading, { ...where, execPolicy: spared }))
  }
  if (whole.action.kind === 'network') {
    const { hostRuleVerdict } = await import('../security/gate/network-verdict.ts')
    each.push(hostRuleVerdict(whole.action, execPolicy) ?? noHostRule)
  }
  const unnarrowed = { layers: [anything] }
  // Which addresses are out of reach depends on what the layers name.
  const ofFloor = action.kind === 'network' ? whole.answer : await alone({ ...unnarrowed, protection: 'lifted' })
  each.push(untouched('floor', ofFloor))
  if (protection === 'on') each.push(untouched('protected paths', await alone({ ...unnarrowed, protection })))
  return {
    ...{ profile: selected.id, action: whole.action, verdict: whole.answer },
    layers: each.filter(isFirstOfItsKind),
    ...(whole.action.kind === 'network' && { holdsCommands: createGate(deps).needsSandbox }),
    ...(whole.action.kind === 'exec' && {
      sandbox: await explainConfinement(
        whole.action.cwd,
        { kernel, gate: createGate(deps), selected, networkRules: execPolicy.networkRules },
        signal,
      ),
    }),
  }
}

/** What a layer says of a request, whatever the floor says of its address. Undefined for another action. */
function networkAnswer(action: Action, layer: PermissionLayer): ActionAnswer | undefined {
  if (action.kind !== 'network') return undefined
  return compileLayers([layer]).decide('network', networkSubject(action), describeAction(action))
}

const noHostRule: ActionAnswer = {
  answer: 'allow',
  layer: 'exec policy',
  rule: 'no network_rule',
  reason: 'exec policy: no network_rule is about it',
}

const anything: PermissionLayer = { name: 'no layer', permissions: everything }

/** Of a part of the gate that only denies: that it has nothing to say is an allowance. */
function untouched(layer: string, answer: ActionAnswer): ActionAnswer {
  if (answer.layer === layer) return answer
  return { answer: 'allow', layer, rule: 'not touched', reason: `${layer}: not touched` }
}

/** The floor answers first, whichever layer is asked: it is told once. */
function isFirstOfItsKind({ layer, rule }: ActionAnswer, index: number, all: readonly ActionAnswer[]): boolean {
  return layer !== 'floor' || all.findIndex((other) => other.layer === layer && other.rule === rule) === index
}

async function answerOf(
  action: Action,
  deps: GateDeps,
  signal: AbortSignal,
): Promise<{ readonly action: Action; readonly answer: ActionAnswer }> {
  let wasAsked = false
  const approve = async () => {
    wasAsked = true
    return 'deny' as const
  }
  const decision = await createGate({ ...deps, approve }).authorize(action, signal)
  const { layer, rule, reason, file, line, justification } = decision
  const answer = wasAsked ? 'ask' : decision.outcome
  const said = { layer, rule, reason: wasAsked ? reason.replace(/; it was refused$/, '') : reason }
  const place = { ...(file !== undefined && { file }), ...(line !== undefined && { line }) }
  return {
    action: decision.action,
    answer: { answer, ...said, ...place, ...(justification !== undefined && { justification }) },
  }
}
