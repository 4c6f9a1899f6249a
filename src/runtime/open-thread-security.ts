import { join } from 'node:path'
import { placeOfKey } from '../config/place-of-key.ts'
import { pluginHooks } from '../kernel/plugin-hooks.ts'
import { createHookRunner, type HookInForce, type HookRunner } from '../kernel/run-hooks.ts'
import { CodexError } from '../plugin-api/errors.ts'
import type {
  ApprovalPolicy,
  CommandMetadata,
  Definition,
  Grant,
  PermissionLayer,
  ProfileDefinition,
  SandboxBackend,
  ThreadCeiling,
  ToolEffect,
} from '../plugin-api/index.ts'
import type { ConfinedRequest, ThreadRequest } from '../plugin-api/kernel-client.ts'
import { type ChosenBackend, chooseBackend } from '../sandbox/choose-backend.ts'
import { type ApproverLink, createApprover } from '../security/approvals/approver.ts'
import { keepGrants, type SessionGrants } from '../security/approvals/grants.ts'
import type { LastingRule } from '../security/approvals/offers-for.ts'
import type { AuditLog } from '../security/audit/open-audit.ts'
import type { SandboxState } from '../security/gate/sandbox-state.ts'
import { createGate, type Gate } from '../security/gate.ts'
import type { ProfileSettings } from '../security/permissions/permissions-of-profile.ts'
import type { ToolFacts } from '../security/permissions/tool-facts.ts'
import { createRedactor, createValueRedactor, type ValueRedactor } from '../security/redact.ts'
import type { ItemsBesides } from '../tools/items-besides.ts'
import { chooseApprovalPolicy } from './choose-approval-policy.ts'
import { repositoryConfig, userConfig } from './config-of-layers.ts'
import type { DefinitionStore } from './definition-store.ts'
import { execPolicyOf } from './exec-policy-of.ts'
import type { HookHost } from './hooks/open-command-hooks.ts'
import { hooksBeforeApproval } from './hooks-before-approval.ts'
import type { Kernel } from './load-kernel.ts'
import { openAuditLog } from './open-audit-log.ts'
import { orchestrationLayer } from './orchestration-layer.ts'
import { type ProfileInputs, type SelectedProfile, selectProfile } from './select-profile.ts'
import { withShownApprovals } from './shown-approvals.ts'
import { approvalsWithin, distinctLayers, profileWithin } from './thread-ceiling.ts'
import { assertRestrictionsRead } from './unread-settings.ts'

/** Everything about a thread that decides, before its agent is known. */
export interface ThreadSecurity {
  readonly profile: SelectedProfile
  readonly audit: AuditLog
  redact(text: string): string
  /** Takes the values of known secrets out of what is said, and out of what is kept of it: what a model works on loses nothing else. */
  readonly redactSaid: ValueRedactor
  readonly tools: readonly ToolFacts[]
  readonly approvalPolicy: ApprovalPolicy
  readonly backend: () => Promise<ChosenBackend>
  readonly hooks: HookRunner
  /** Another profile, with what of the repository narrows it. @throws CodexError `usage.unknown_definition`, `definition.invalid` */
  profileNamed(id: string): Promise<SelectedProfile>
  /** A gate under the profile and these layers. */
  gate(threadId: string, layers: readonly PermissionLayer[]): Gate
  /** The profile and these layers: what a thread under them hands on. */
  ceiling(layers: readonly PermissionLayer[]): ThreadCeiling
  /** A gate under these layers alone, with the settings of their profile. */
  gateUnder(
    threadId: string,
    layers: readonly PermissionLayer[],
    settings: Pick<ProfileSettings, 'protection' | 'sandbox'>,
  ): Gate
  /** The same, and nobody is asked: what would be is denied. */
  unaskedGateUnder: ThreadSecurity['gateUnder']
}

/** What a person grants for the session of a thread. */
export interface ThreadGrants {
  /** Of the thread itself, in earlier runs. */
  readonly kept: readonly Grant[]
  /** Of the run: every thread of it has them. Absent: there is no other. */
  readonly ofRun?: SessionGrants | undefined
  /** Told of more. */
  add(grant: Grant): void
}

export interface SecurityDeps {
  readonly kernel: Kernel
  readonly store: DefinitionStore
  /** Chosen once in a runtime: probing costs a process. */
  readonly backend: () => Promise<ChosenBackend>
}

/**
 * Selects the profile and opens the audit log for one thread.
 *
 * @throws CodexError `definition.blocking`, `usage.unknown_definition`, `definition.invalid`, `audit.unwritable`
 */
export async function openThreadSecurity(
  request: Pick<ThreadRequest, 'approve'> &
    Pick<ConfinedRequest, 'rules' | 'allowHosts'> & {
      readonly reviewer?: ApproverLink
      /** Of the thread so far, and who is told of more. */
      readonly grants?: ThreadGrants
      /** Where questions and answers are shown. Absent: nowhere. */
      readonly items?: Pick<ItemsBesides, 'show'>
    },
  command: Definition<CommandMetadata> | undefined,
  deps: SecurityDeps & { readonly ceiling?: ThreadCeiling | undefined },
): Promise<ThreadSecurity> {
  const { kernel, store, ceiling } = deps
  await Promise.all([store.assertSafe(), kernel.credentials.readFiles()])
  assertRestrictionsRead(kernel.loaded)
  const own = await threadProfile(command?.value.profile, deps, request.allowHosts)
  const profile = profileWithin(own, ceiling)
  const execPolicy = await execPolicyOf(request.rules, store)
  const redact = createRedactor(kernel.options.env, kernel.credentials.secrets)
  const audit = await openAuditLog(kernel, redact)
  audit.describe({ profile: profile.id })
  const { approveForMe = false, neverAsk = false } = kernel.options.settings
  const ownPolicy = chooseApprovalPolicy({
    // A repository has no say in when its own user is asked.
    configured: approveForMe ? 'on-request' : userConfig(kernel.loaded.layers).approval_policy,
    ofProfile: profile.settings.approvalPolicy,
  })
  const policies = [...new Set([ownPolicy, ...(ceiling?.approval_policies ?? [])])].sort()
  const approvals = approvalsWithin(policies)
  const isNobodyThere = !approveForMe && neverAsk
  const approvalPolicy = isNobodyThere ? 'never' : approvals.policy
  const ofFiles = await hooksOfFiles(store, {
    ...{ kernel, audit, redact, isAsked: approvalPolicy !== 'never', backend: deps.backend },
    security: () => security,
  })
  const ofPlugins = pluginHooks(kernel.registry.hooks, kernel.activator)
  const hooks = createHookRunner([...ofPlugins, ...ofFiles], {
    report: store.report,
    tell: (message) => request.items?.show('open:hook', { type: 'notice', message: redact(message) }, true),
  })
  const orchestration = orchestrationLayer(kernel.loaded.layers)
  const { approve: person, reviewer, grants, items } = request
  // Where nobody may be asked, what was said to others counts no more than a new answer would.
  const ofRun = approvals.asksNobody ? undefined : grants?.ofRun
  const session = grants && keepGrants(ofRun ?? new Map(), grants.kept)
  const layersUnder = (layers: readonly PermissionLayer[]) => [...profile.layers, ...orchestration, ...layers]
  const gateWith = (
    ...[threadId, layers, { protection, sandbox }, given, isUnasked = false]: [
      ...GateUnder,
      given?: ThreadGrants | undefined,
      isUnasked?: boolean,
    ]
  ): Gate => {
    const before = hooksBeforeApproval(hooks, { threadId, cwd: kernel.options.cwd })
    const approve =
      isUnasked || approvals.asksNobody
        ? undefined
        : createApprover({ hooks: before, ...(person && { person }), ...(reviewer && { reviewer }) })
    return createGate({
      threadId,
      outputsDir: join(kernel.places.codexHome, 'outputs', `${process.pid}-${threadId}`),
      layers,
      places: kernel.places,
      protection,
      execPolicy,
      approvalPolicy,
      sandbox: { required: sandbox === 'required', find: () => sandboxState(deps.backend) },
      audit,
      actor: audit.actor,
      keepRules: (rules) => keepRules(kernel.places.codexHome, rules),
      ...(given && session && { session, grantedNow: given.add }),
      ...(approve && { approve: items ? withShownApprovals(approve, items) : approve }),
    })
  }
  const security: ThreadSecurity = {
    profile,
    audit,
    hooks,
    redact,
    redactSaid: createValueRedactor(kernel.options.env, kernel.credentials.secrets),
    tools: toolFacts(kernel),
    approvalPolicy,
    backend: deps.backend,
    profileNamed: (id) => namedProfile(id, deps),
    gate: (threadId, layers) => gateWith(threadId, layersUnder(layers), profile.settings, grants),
    ceiling(layers) {
      const { temp, protection, sandbox } = profile.settings
      return { layers: distinctLayers(layersUnder(layers)), temp, protection, sandbox, approval_policies: policies }
    },
    gateUnder: (...asked) => gateWith(...asked),
    unaskedGateUnder: (...asked) => gateWith(...asked, undefined, true),
  }
  return security
}

/** Few homes name programs as hooks. */
async function hooksOfFiles(store: DefinitionStore, host: HookHost): Promise<readonly HookInForce[]> {
  const { hooks } = await store.hooks()
  if (hooks.length === 0) return []
  const { openCommandHooks } = await import('./hooks/open-command-hooks.ts')
  return openCommandHooks(hooks, host)
}

type GateUnder = Parameters<ThreadSecurity['gateUnder']>

/** Few questions are answered with `always`. */
async function keepRules(codexHome: string, rules: readonly LastingRule[]): Promise<void> {
  const { appendRule } = await import('../definitions/append-rule.ts')
  for (const each of rules) {
    if (each.type === 'host') await appendRule(codexHome, { ...each.rule, decision: 'allow' })
    else {
      const pattern = each.pattern.map((word) => (typeof word === 'string' ? word : [...word]))
      await appendRule(codexHome, { pattern, decision: 'allow' })
    }
  }
}

/** The profile that a thread (of a command that names one) runs under. */
export async function threadProfile(
  commandProfile: string | undefined,
  deps: Pick<SecurityDeps, 'kernel' | 'store'>,
  allowHosts: readonly string[] = [],
): Promise<SelectedProfile> {
  return await select({ settings: deps.kernel.options.settings, commandProfile, allowHosts }, deps)
}

/** A profile in place of the one that the flags and the configuration choose. @throws CodexError `usage.unknown_definition`, `definition.invalid` */
export async function namedProfile(id: string, deps: Pick<SecurityDeps, 'kernel' | 'store'>): Promise<SelectedProfile> {
  const { overrides, addDirs } = deps.kernel.options.settings
  return await select({ settings: { overrides, securityProfile: id, ...(addDirs && { addDirs }) } }, deps)
}

/** What chooses a profile besides the configuration. */
interface ProfileChoice extends Pick<ProfileInputs, 'settings' | 'allowHosts'> {
  readonly commandProfile?: string | undefined
}

async function select(
  choice: ProfileChoice,
  { kernel, store }: Pick<SecurityDeps, 'kernel' | 'store'>,
): Promise<SelectedProfile> {
  const [own, project, tables] = await Promise.all([
    store.profiles(),
    store.projectProfiles(),
    tablesChosen(choice, kernel),
  ])
  return selectProfile({
    settings: choice.settings,
    config: userConfig(kernel.loaded.layers),
    repositoryConfig: repositoryConfig(kernel.loaded.layers),
    profileLayerFound: kernel.loaded.profileLayerFound,
    own: [...own.effective, ...tables.own],
    project: [...project.effective, ...tables.project],
    places: kernel.places,
    placeOf: (key, by) =>
      placeOfKey(
        [key],
        kernel.loaded.layers.filter(({ name }) => (name === 'project') === (by === 'repository')),
      ),
    ...(choice.allowHosts && { allowHosts: choice.allowHosts }),
    ...(choice.commandProfile !== undefined && { commandProfile: choice.commandProfile }),
  })
}

/** The tables of permissions that something names, as profiles. */
async function tablesChosen(
  { settings, commandProfile }: ProfileChoice,
  { loaded: { layers }, places }: Kernel,
): Promise<Record<'own' | 'project', readonly Definition<ProfileDefinition>[]>> {
  if (layers.every(({ table }) => table.permissions === undefined)) return { own: [], project: [] }
  const { permissionTables } = await import('./permission-table.ts') // few configurations have one
  const said = layers.map(({ table }) => table.default_permissions)
  const names = [...said, settings.profile, settings.securityProfile, commandProfile].filter(
    (name) => typeof name === 'string',
  )
  const [project, own] = [true, false].map((isProject) =>
    layers.filter(({ name }) => (name === 'project') === isProject),
  )
  return { own: permissionTables(names, own ?? [], places), project: permissionTables(names, project ?? [], places) }
}

/** The sandbox backends of this platform, imported and probed in the order in which they were contributed. */
export async function findBackend(kernel: Kernel, signal: AbortSignal): Promise<ChosenBackend> {
  const backends: SandboxBackend[] = []
  for (const contribution of kernel.registry.modules('sandboxes')) {
    backends.push(await kernel.activator.module(contribution).catch((error) => brokenBackend(contribution.id, error)))
  }
  return await chooseBackend(backends, kernel.options.platform, signal)
}

/** Stands for a backend whose module does not load: never available, and it says why. */
function brokenBackend(id: string, cause: unknown): SandboxBackend {
  const reason = cause instanceof Error ? cause.message : String(cause)
  return {
    id,
    probe: async () => ({ available: false, reason, fix: 'Update or remove the plugin that brings it.' }),
    wrap: () => Promise.reject(new CodexError('sandbox.failed', reason, { cause })),
  }
}

const anyEffect: readonly ToolEffect[] = ['read', 'write', 'exec', 'network', 'delegate']

export function toolFacts(kernel: Kernel): readonly ToolFacts[] {
  const { registry } = kernel
  return [
    ...registry.modules('tools').map(({ id, entry, plugin }) => ({ id, effects: entry.effects, plugin: plugin.name })),
    // What such a tool does is known to its source alone, so it may do anything.
    ...registry
      .modules('toolSources')
      .map(({ id, plugin }) => ({ id: `${id}__*`, effects: anyEffect, plugin: plugin.name })),
  ]
}

async function sandboxState(backend: () => Promise<ChosenBackend>): Promise<SandboxState> {
  const chosen = await backend()
  return chosen.backend
    ? { available: true, backend: chosen.backend.id }
    : { available: false, reason: chosen.reason, fix: chosen.fix }
}
