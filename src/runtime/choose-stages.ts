import { chooseEngine, type ModelChoice } from '../agents/choose-engine.ts'
import { CodexError } from '../plugin-api/errors.ts'
import type { AgentDefinition, ModelInfo, Provider } from '../plugin-api/index.ts'
import type { AuditLog } from '../security/audit/open-audit.ts'
import type { TurnStage } from '../thread/run-turn.ts'
import type { Kernel } from './load-kernel.ts'
import { nameProviderFailures } from './name-provider-failures.ts'
import { createProviderContext, type ProviderContextDeps } from './provider-context.ts'
import { providerSettings } from './provider-settings.ts'

export interface ChosenStages {
  readonly stages: readonly TurnStage[]
  /** What the banner and the rollout name. */
  readonly provider: string
  readonly model: string
  /** Told before the turn: why the playbook runs. */
  readonly notice?: string
}

/** Id of the provider that carries out playbooks. */
const playbookId = 'playbook'
/** Provider modules speak for any table of the configuration that names no provider of a plugin. */
const generalId = 'openai'

/**
 * Chooses who carries out a turn and connects them.
 *
 * @throws CodexError `provider.unconfigured`, `provider.unknown`, `plugin.module`
 */
export async function chooseStages(
  agent: AgentDefinition | undefined,
  asked: { readonly playbook: boolean; readonly model?: string },
  deps: { readonly kernel: Kernel; readonly audit: AuditLog; readonly threadId: string },
  signal: AbortSignal,
): Promise<ChosenStages> {
  const { config } = deps.kernel.loaded
  const providerId = agent?.model?.provider ?? config.model_provider
  const problem = asked.playbook ? undefined : (await deps.kernel.credentials.report(providerId, signal)).problem
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
    const stage = await connectProvider(playbookId, { agent: undefined }, deps, signal)
    const isAsked = asked.playbook
    return {
      stages: [{ ...stage, preparing: false }],
      provider: playbookId,
      model: 'none',
      ...(isAsked ? {} : { notice: `${engine.reason}, so the agent's playbook runs, without a language model` }),
    }
  }
  const model = await connectProvider(
    providerId,
    { agent, ...(asked.model !== undefined && { model: asked.model }) },
    deps,
    signal,
  )
  const before = engine.playbookFirst
    ? [{ ...(await connectProvider(playbookId, { agent: undefined }, deps, signal)), preparing: true }]
    : []
  return { stages: [...before, { ...model, preparing: false }], provider: providerId, model: model.model }
}

/** A provider, its context and the model to ask. @throws CodexError `provider.*`, `plugin.module` */
export async function connectProvider(
  id: string,
  { agent, model: asked }: { readonly agent: AgentDefinition | undefined; readonly model?: string },
  deps: { readonly kernel: Kernel; readonly audit: AuditLog; readonly threadId: string },
  signal: AbortSignal,
): Promise<Omit<TurnStage, 'preparing'>> {
  const { kernel, audit, threadId } = deps
  const { config } = kernel.loaded
  const provider = await findProvider(id, kernel)
  const settings = providerSettings(id, config)
  const contextDeps = {
    settings,
    env: kernel.options.env,
    credentials: kernel.credentials,
    originator: kernel.options.originator,
    version: kernel.options.version,
    send: kernel.send,
    async audit(request: { readonly method: string; readonly host: string; readonly port: number }) {
      const action = { kind: 'network', ...request } as const
      const why = { layer: `provider ${id}`, rule: 'base_url', reason: 'The configuration names this host.' }
      await audit.append({ type: 'decision', thread: threadId, outcome: 'allow', action, ...why })
    },
  } satisfies ProviderContextDeps
  const context = createProviderContext(contextDeps, signal)
  const known = await provider.models(context, signal)
  const model =
    asked ??
    agent?.model?.name ??
    config.model ??
    known.find(({ id: each }) => each !== '*')?.id ??
    (provider.modelFree ? 'none' : undefined)
  if (model === undefined) throw noModel(id)
  const info: ModelInfo | undefined = known.find((each) => each.id === model) ?? known.find((each) => each.id === '*')
  const effort = agent?.model?.reasoning_effort ?? config.model_reasoning_effort
  const verbosity = agent?.model?.verbosity ?? config.model_verbosity
  const summary = config.model_reasoning_summary
  return {
    provider,
    context,
    model,
    freeformTools: info?.freeformTools ?? false,
    ...((effort ?? summary) && { reasoning: { ...(effort && { effort }), ...(summary && { summary }) } }),
    ...(verbosity && { verbosity }),
  }
}

async function findProvider(id: string, kernel: Kernel): Promise<Provider> {
  const contributed = kernel.registry.modules('providers')
  const isConfigured = kernel.loaded.config.model_providers?.[id] !== undefined
  const contribution =
    contributed.find((each) => each.id === id) ??
    (isConfigured ? contributed.find((each) => each.id === generalId) : undefined)
  if (contribution) {
    const provider = await kernel.activator.module(contribution)
    const { name, layer } = contribution.plugin
    return layer === 'plugin' ? nameProviderFailures(provider, name) : provider
  }
  const known = [...contributed.map((each) => each.id), ...Object.keys(kernel.loaded.config.model_providers ?? {})]
  throw new CodexError('provider.unknown', `Model provider \`${id}\` not found`, {
    hint: `Known: ${known.join(', ')}. Add a [model_providers.${id}] table.`,
  })
}

function noModel(id: string): CodexError {
  return new CodexError('provider.unconfigured', `No model is named for provider "${id}"`, {
    hint: 'Name one: --model NAME, or model = "NAME" in config.toml.',
  })
}
