import { ownValue } from '../config/table.ts'
import { CodexError } from '../plugin-api/errors.ts'
import type { AgentDefinition } from '../plugin-api/index.ts'
import type { FallbackModel } from '../thread/turn.ts'
import type { StageDeps } from './choose-stages.ts'

/**
 * The models of `fallback`, the agent's own list before that of the configuration. An entry names a model of the provider
 * that answers, or `provider/model` where its first part is the id of a provider; a model's name may hold slashes itself.
 */
export function fallbackModels(
  provider: string,
  agent: AgentDefinition | undefined,
  deps: StageDeps,
): readonly FallbackModel[] {
  const { config } = deps.kernel.loaded
  const names = agent?.model?.fallback ?? config.fallback ?? []
  const isProvider = (id: string) =>
    ownValue(config.model_providers, id) !== undefined ||
    deps.kernel.registry.modules('providers').some((each) => each.id === id)
  return names.map((name) => {
    const end = name.indexOf('/')
    const first = name.slice(0, Math.max(0, end))
    const [id, model] = isProvider(first) ? [first, name.slice(end + 1)] : [provider, name]
    return {
      name,
      async connect(signal) {
        // The file of an agent can hold what the configuration cannot.
        if (model.trim() === '')
          throw new CodexError('config.invalid', 'it names no model', { hint: 'Write "provider/model".' })
        const { problem } = await deps.kernel.credentials.report(id, signal)
        if (problem !== undefined) {
          throw new CodexError('provider.credential', problem, { hint: `Set the key of provider "${id}".` })
        }
        const { connectProvider } = await import('./choose-stages.ts')
        return await connectProvider(id, { agent, model }, deps, signal)
      },
    }
  })
}
