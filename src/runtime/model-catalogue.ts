import { CodexError, isCodexError } from '../plugin-api/errors.ts'
import type { ModelCatalogue } from '../plugin-api/kernel-client.ts'
import type { ModelInfo, ProviderSettings } from '../plugin-api/provider.ts'
import { redactValue } from '../tools/redact-value.ts'
import { openModelListStore, type StoredModelList } from './model-list-store.ts'
import type { OpenedProvider } from './open-provider.ts'

/** A list that is younger is not asked for again: models come and go by the week. */
const freshMs = 24 * 60 * 60 * 1000
/** A person waits for the answer. */
const timeoutMs = 15_000

/**
 * The models of a provider: as its server lists them now, where it may be asked and the last answer is older than a day; else
 * that answer; else what the provider knows by itself.
 *
 * @param asked `refresh`: ask the server whatever its last answer's age; `offline`: do not ask it; `missing`: why it would not answer, such as a key
 * @throws CodexError `provider.*` with `refresh` alone; without it the catalogue says what went wrong
 */
export async function modelCatalogue(
  { provider, context, settings }: OpenedProvider,
  asked: { readonly refresh: boolean; readonly offline?: boolean; readonly missing?: string },
  deps: { readonly codexHome: string; readonly version: string; now(): Date },
  signal: AbortSignal,
): Promise<ModelCatalogue> {
  const origin = { version: deps.version, from: addressesOf(settings) }
  const store = openModelListStore(deps.codexHome)
  // A server may list what it was sent, and an older program kept it so.
  const clean = <Value>(value: Value): Value => redactValue(value, context.redact)
  const stored = clean(await store.read(settings.id, origin))
  const builtIn = async (): Promise<ModelCatalogue> => ({
    provider: settings.id,
    source: 'built-in',
    models: (await provider.models(context, signal)).filter(({ id }) => id !== '*'),
  })
  const isFresh = stored && deps.now().getTime() - Date.parse(stored.fetchedAt) < freshMs
  if (isFresh && !asked.refresh) return fromCache(settings.id, stored)
  if (asked.offline) return stored ? fromCache(settings.id, stored) : await builtIn()
  if (!provider.fetchModels) {
    if (!asked.refresh) return await builtIn()
    throw new CodexError(
      'provider.request',
      `Provider "${settings.id}" has no list of models that could be asked for`,
      {
        hint: 'Leave --refresh out: what it knows by itself is listed.',
      },
    )
  }
  try {
    if (asked.missing !== undefined) throw noCredential(settings.id, asked.missing)
    const fetched = await provider.fetchModels(
      context,
      stored?.etag,
      AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
    )
    const list = { ...clean(fetched ?? stored ?? { models: [] }), fetchedAt: deps.now().toISOString() }
    await store.write(settings.id, origin, list)
    return { ...fromCache(settings.id, list), source: 'server' }
  } catch (error) {
    signal.throwIfAborted()
    const failure = isCodexError(error) ? error : unanswered(settings.id, error)
    if (asked.refresh) throw failure
    const catalogue = stored ? fromCache(settings.id, stored) : await builtIn()
    return { ...catalogue, problem: context.redact(failure.message) }
  }
}

function fromCache(provider: string, { models, fetchedAt }: StoredModelList): ModelCatalogue {
  return { provider, source: 'cache', fetchedAt, models }
}

/** What the server of a provider listed when it was last asked, at any age: better than nothing where a model is not known. */
export async function readStoredModels(
  settings: ProviderSettings,
  { codexHome, version }: { readonly codexHome: string; readonly version: string },
): Promise<readonly ModelInfo[]> {
  const stored = await openModelListStore(codexHome).read(settings.id, { version, from: addressesOf(settings) })
  return stored?.models ?? []
}

/** Which places a list speaks for. */
function addressesOf({ base_url: baseUrl, endpoints }: ProviderSettings): string {
  return endpoints ? endpoints.map((each) => each.base_url).join(' ') : (baseUrl ?? 'default')
}

function noCredential(id: string, problem: string): CodexError {
  return new CodexError('provider.credential', `Provider "${id}" was not asked: ${problem}`, {
    hint: 'Set its key (codex login, or the variable of its env_key), then ask again.',
  })
}

function unanswered(id: string, error: unknown): CodexError {
  const isLate = error instanceof DOMException && error.name === 'TimeoutError'
  const why = isLate
    ? `did not answer within ${timeoutMs / 1000} s`
    : `could not be asked: ${error instanceof Error ? error.message : String(error)}`
  return new CodexError('provider.unreachable', `Provider "${id}" ${why}`, {
    hint: 'Check its base_url and the network.',
    cause: error,
  })
}
