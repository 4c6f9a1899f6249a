import { placeOfKey } from '../config/place-of-key.ts'
import { ownValue } from '../config/table.ts'
import { lazily } from '../kernel/lazily.ts'
import { offerNearest } from '../kernel/nearest-names.ts'
import type { ModuleContribution } from '../kernel/registry.ts'
import { CodexError } from '../plugin-api/errors.ts'
import type { Provider, ProviderContext, ProviderSettings } from '../plugin-api/provider.ts'
import type { ReplayedThread } from '../plugin-api/replay.ts'
import type { AuditLog } from '../security/audit/open-audit.ts'
import { createRedactor } from '../security/redact.ts'
import type { Kernel } from './load-kernel.ts'
import { nameProviderFailures } from './name-provider-failures.ts'
import { createProviderContext, type ProviderContextDeps } from './provider-context.ts'
import { providerSettings } from './provider-settings.ts'
import { createRecordedSend } from './recorded-send.ts'

/** Provider modules speak for any table of the configuration that names no provider of a plugin. */
export const generalId = 'openai'

/** A provider and all that it can reach. */
export interface OpenedProvider {
  readonly provider: Provider
  readonly context: ProviderContext
  readonly settings: ProviderSettings
}

/** What a provider is opened with. */
interface ProviderDeps {
  readonly kernel: Kernel
  readonly audit: AuditLog
  readonly threadId: string
  /** What it answers from, where a recording runs again. */
  readonly replay?: ReplayedThread
}

/** A provider by its id, with its settings. Asks nothing. @throws CodexError `provider.unknown`, `plugin.module`, `config.invalid` */
export async function openProvider(
  id: string,
  { kernel, audit, threadId, replay }: ProviderDeps,
  signal: AbortSignal,
): Promise<OpenedProvider> {
  const { config } = kernel.loaded
  const contribution = findProvider(id, kernel)
  const provider = await loadProvider(contribution, kernel)
  const settings = providerSettings(id, config)
  const why = { layer: `provider ${id}`, rule: 'base_url', reason: 'The configuration names this host.' }
  const redactor = lazily(() => createRedactor(kernel.options.env, kernel.credentials.secrets)) // most turns end well
  const contextDeps = {
    settings,
    credentialFiles: contribution.entry.credential_files ?? [],
    homeDir: kernel.options.homeDir,
    env: kernel.options.env,
    credentials: kernel.credentials,
    originator: kernel.options.originator,
    version: kernel.options.version,
    send: createRecordedSend({ send: kernel.send, audit, threadId, why, signal }),
    endpointMemory: kernel.endpointMemory,
    redact: (text) => redactor()(text),
    replay,
  } satisfies ProviderContextDeps
  const context = createProviderContext(contextDeps, signal)
  return { provider, context, settings }
}

async function loadProvider(contribution: ModuleContribution<'providers'>, kernel: Kernel): Promise<Provider> {
  const provider = await kernel.activator.module(contribution)
  const { name, layer } = contribution.plugin
  return layer === 'plugin' ? nameProviderFailures(provider, name) : provider
}

/** Who brings the provider. @throws CodexError `provider.unknown` */
export function findProvider(id: string, kernel: Kernel): ModuleContribution<'providers'> {
  const contributed = kernel.registry.modules('providers')
  const table = ownValue(kernel.loaded.config.model_providers, id)
  const contribution =
    contributed.find((each) => each.id === id) ??
    (table ? contributed.find((each) => each.id === (table.provider ?? generalId)) : undefined)
  if (contribution) return contribution
  if (table?.provider !== undefined) {
    throw new CodexError(
      'provider.unknown',
      `model_providers.${id}.provider: no plugin has a provider "${table.provider}"`,
      {
        hint: `Known: ${contributed.map((each) => each.id).join(', ')}. codex plugins install adds others.`,
      },
    )
  }
  const tables = Object.keys(kernel.loaded.config.model_providers ?? {})
  const known = [...new Set([...contributed.map((each) => each.id), ...tables])]
  const isConfigured = kernel.loaded.config.model_provider === id
  const location = isConfigured ? placeOfKey(['model_provider'], kernel.loaded.layers) : undefined
  throw new CodexError('provider.unknown', `Model provider \`${id}\` not found`, {
    hint: `${offerNearest(id, known)}Known: ${known.join(', ')}. Add a [model_providers.${id}] table.`,
    ...(location && { location }),
  })
}
