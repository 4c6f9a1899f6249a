import { chooseEngine, type ModelChoice } from '../agents/choose-engine.ts'
import { CodexError } from '../plugin-api/errors.ts'
import type { AgentDefinition } from '../plugin-api/index.ts'
import type { AuditLog } from '../security/audit/open-audit.ts'
import type { ConnectedModel, TurnStage } from '../thread/turn.ts'
import { fallbackModels } from './fallback-models.ts'
import type { Kernel } from './load-kernel.ts'
import { modelInfo, unknownModelWarning } from './model-info.ts'
import { generalId, openProvider } from './open-provider.ts'

export interface ChosenStages {
  readonly stages: readonly TurnStage[]
  /** What the banner and the rollout name. */
  readonly provider: string
  readonly model: string
  /** Told before the turn: why the playbook runs. */
  readonly notice?: string
  /** Told before the turn as an item of type `error`: nothing is known of the model. */
  readonly warning?: string
}

/** What stages are connected with. */
export interface StageDeps {
  readonly kernel: Kernel
  readonly audit: AuditLog
  readonly threadId: string
}

/** Id of the provider that carries out playbooks. */
export const playbookId = 'playbook'

/**
 * Chooses who carries out a turn and connects them.
 *
 * @throws CodexError `provider.unconfigured`, `provider.unknown`, `plugin.module`
 */
export async function chooseStages(
  agent: AgentDefinition | undefined,
  asked: {
    readonly playbook: boolean
    readonly model?: string
    readonly preferred?: string
    readonly effort?: string
  },
  deps: StageDeps,
  signal: AbortSignal,
): Promise<ChosenStages> {
  const { config } = deps.kernel.loaded
  const providerId = agent?.model?.provider ?? config.model_provider
  const problem = asked.playbook
    ? undefined
    : ((await deps.kernel.credentials.report(providerId, signal)).problem ??
      (await ownProblem(providerId, agent, asked.model, deps, signal)))
  // A provider that was configured on purpose is asked all the same where nothing else can run: the turn then says what is missing.
  const isConfigured = providerId !== generalId
  const usable = problem === undefined || (isConfigured && agent?.playbook === undefined)
  const choice: ModelChoice = {
    provider: providerId,
    model: '',
    ...(usable || problem === undefined ? {} : { problem }),
  }
  const engine = chooseEngine(
    agent,
    asked.playbook ? 'playbook' : asked.model === undefined ? undefined : 'model',
    choice,
  )

  if (engine.kind === 'playbook') {
    const stage = await connectPlaybook(deps, signal)
    const isAsked = asked.playbook
    return {
      stages: [{ ...stage, preparing: false }],
      provider: playbookId,
      model: 'none',
      ...(isAsked ? {} : { notice: `${engine.reason}, so the agent's playbook runs, without a language model` }),
    }
  }
  const wished = asked.model ?? asked.preferred
  const { isFallback, ...model } = await connectProvider(
    providerId,
    {
      agent,
      ...(wished !== undefined && { model: wished }),
      ...(asked.effort !== undefined && { effort: asked.effort }),
    },
    deps,
    signal,
  )
  const before = engine.playbookFirst ? [{ ...(await connectPlaybook(deps, signal)), preparing: true }] : []
  return {
    stages: [...before, { ...model, preparing: false, fallbacks: fallbackModels(providerId, agent, deps) }],
    provider: providerId,
    model: model.model,
    ...(isFallback && { warning: unknownModelWarning(model.model) }),
  }
}

/** What a provider knows to be missing; it is asked only where a playbook can run in its stead. */
async function ownProblem(
  id: string,
  agent: AgentDefinition | undefined,
  model: string | undefined,
  deps: StageDeps,
  signal: AbortSignal,
): Promise<string | undefined> {
  if (agent?.playbook === undefined || model !== undefined) return undefined
  const { provider, context } = await openProvider(id, deps, signal)
  return await provider.problem?.(context, signal)
}

async function connectPlaybook(deps: StageDeps, signal: AbortSignal): Promise<ConnectedModel> {
  const { isFallback: _, ...stage } = await connectProvider(playbookId, { agent: undefined }, deps, signal)
  return stage
}

/** A provider, its context, the model to ask and whether anything is known of it. @throws CodexError `provider.*`, `plugin.module` */
export async function connectProvider(
  id: string,
  {
    agent,
    model: asked,
    effort: askedEffort,
  }: { readonly agent: AgentDefinition | undefined; readonly model?: string; readonly effort?: string },
  deps: StageDeps,
  signal: AbortSignal,
): Promise<ConnectedModel & { readonly isFallback: boolean }> {
  const { kernel } = deps
  const { config } = kernel.loaded
  const { provider, context, settings } = await openProvider(id, deps, signal)
  const known = await provider.models(context, signal)
  const model =
    asked ??
    agent?.model?.name ??
    config.model ??
    (await provider.defaultModel?.(context, signal)) ??
    known.find(({ id: each }) => each !== '*')?.id ??
    (provider.modelFree ? 'none' : undefined)
  if (model === undefined) throw noModel(id)
  const { info, isFallback } = await modelInfo(model, known, config, async () => {
    const { readStoredModels } = await import('./model-catalogue.ts')
    return await readStoredModels(settings, { codexHome: kernel.codexHome, version: kernel.options.version })
  })
  const effort = askedEffort ?? agent?.model?.reasoning_effort ?? config.model_reasoning_effort
  const verbosity = agent?.model?.verbosity ?? config.model_verbosity
  const summary = config.model_reasoning_summary
  return {
    provider,
    context,
    model,
    modelInfo: info,
    isFallback: isFallback && provider.modelFree !== true,
    freeformTools: info.freeformTools ?? false,
    ...((effort ?? summary) && { reasoning: { ...(effort && { effort }), ...(summary && { summary }) } }),
    ...(verbosity && { verbosity }),
  }
}

function noModel(id: string): CodexError {
  return new CodexError('provider.unconfigured', `No model is named for provider "${id}"`, {
    hint: 'Name one: --model NAME, or model = "NAME" in config.toml.',
  })
}
