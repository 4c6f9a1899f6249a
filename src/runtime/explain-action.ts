import type { Action, PermissionLayer } from '../plugin-api/index.ts'
import { createExecPolicy } from '../security/exec-policy/check-script.ts'
import { createGate, type GateDeps } from '../security/gate.ts'
import { chooseApprovalPolicy } from './choose-approval-policy.ts'
import { userConfig } from './config-of-layers.ts'
import { openDefinitionStore } from './definition-store.ts'
import { loadKernel } from './load-kernel.ts'
import { threadProfile } from './open-thread-security.ts'
import { orchestrationLayer } from './orchestration-layer.ts'
import type { RuntimeOptions } from './runtime-options.ts'

/** What somebody says of an action. */
export interface ActionAnswer {
  readonly answer: 'allow' | 'ask' | 'deny'
  /** Who says it: a profile, a policy, the floor. */
  readonly layer: string
  readonly rule: string
  readonly reason: string
  readonly file?: string
  readonly line?: number
}

/** What a thread would be told about an action, and what each layer says by itself. */
export interface ActionExplanation {
  readonly profile: string
  /** With real paths. */
  readonly action: Action
  readonly verdict: ActionAnswer
  /** The layers without the protected paths and the exec policy; where the floor denies, it is named. */
  readonly layers: readonly ActionAnswer[]
}

/**
 * Asks the gate and does nothing: no record is written, nobody is asked, and a sandbox is taken to work.
 *
 * @throws CodexError `config.*`, `home.missing`, `usage.unknown_definition`, `definition.invalid`
 */
export async function explainAction(
  action: Action,
  options: RuntimeOptions,
  signal: AbortSignal,
): Promise<ActionExplanation> {
  const kernel = await loadKernel(options)
  const store = openDefinitionStore(kernel)
  const selected = await threadProfile(undefined, { kernel, store })
  const layers = [...selected.layers, ...orchestrationLayer(kernel.loaded.layers)]
  const { protection, sandbox } = selected.settings
  const approvalPolicy = chooseApprovalPolicy({
    configured: userConfig(kernel.loaded.layers).approval_policy,
    ofProfile: selected.settings.approvalPolicy,
    neverAsk: false,
  })
  const deps = {
    ...{ threadId: 'explain', places: kernel.places, audit: { append: async () => '' } },
    sandbox: { required: sandbox === 'required', find: async () => ({ available: true }) as const },
  }
  const policy = createExecPolicy((await store.policies()).effective)
  const whole = await answerOf(action, { ...deps, layers, protection, approvalPolicy, execPolicy: policy }, signal)
  const alone = (layer: PermissionLayer): GateDeps => ({
    ...{ ...deps, layers: [layer], protection: 'lifted', approvalPolicy: 'on-request' },
    execPolicy: createExecPolicy([]),
  })
  const each: ActionAnswer[] = []
  for (const layer of layers) each.push((await answerOf(action, alone(layer), signal)).answer)
  return { profile: selected.id, action: whole.action, verdict: whole.answer, layers: each }
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
  const { layer, rule, reason, file, line } = decision
  const answer = wasAsked ? 'ask' : decision.outcome
  const said = { layer, rule, reason: wasAsked ? reason.replace(/; it was refused$/, '') : reason }
  const place = { ...(file !== undefined && { file }), ...(line !== undefined && { line }) }
  return { action: decision.action, answer: { answer, ...said, ...place } }
}
