import { CodexError, isCodexError } from '../plugin-api/errors.ts'
import type { Provider } from '../plugin-api/provider.ts'

/** A plugin's provider whose unforeseen errors say whose they are; CodexErrors and the abort reason pass as they are. */
export function nameProviderFailures(provider: Provider, plugin: string): Provider {
  const named = (error: unknown, signal: AbortSignal): unknown => {
    if (isCodexError(error) || signal.aborted) return error
    const message = error instanceof Error ? error.message : String(error)
    return new CodexError('plugin.module', `Provider "${provider.id}" of plugin ${plugin} failed: ${message}`, {
      hint: 'Update the plugin, or choose another provider: -c model_provider=NAME. --debug shows where it failed.',
      cause: error,
    })
  }
  const guarded = async <Result>(ask: () => Promise<Result>, signal: AbortSignal): Promise<Result> => {
    try {
      return await ask()
    } catch (error) {
      throw named(error, signal)
    }
  }
  const { fetchModels, defaultModel, problem, preview } = provider
  return {
    id: provider.id,
    ...(provider.modelFree !== undefined && { modelFree: provider.modelFree }),
    models: (context, signal) => guarded(() => provider.models(context, signal), signal),
    ...(fetchModels && {
      fetchModels: (context, etag, signal) => guarded(() => fetchModels.call(provider, context, etag, signal), signal),
    }),
    ...(defaultModel && {
      defaultModel: (context, signal) => guarded(() => defaultModel.call(provider, context, signal), signal),
    }),
    ...(problem && {
      problem: (context, signal) => guarded(() => problem.call(provider, context, signal), signal),
    }),
    ...(preview && { preview: (request, context) => preview.call(provider, request, context) }),
    async *stream(request, context, signal) {
      try {
        yield* provider.stream(request, context, signal)
      } catch (error) {
        throw named(error, signal)
      }
    },
  }
}
