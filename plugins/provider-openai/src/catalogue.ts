import type { ModelInfo, ProviderSettings } from 'codex-kernel/plugin-api'

/** Context windows in tokens, as published for each model. What is not sure to hold is left to `*`. */
const contextWindows: Readonly<Record<string, number>> = {
  'gpt-5.5': 1_050_000,
  'gpt-5.5-pro': 1_050_000,
  'gpt-5.4': 1_050_000,
  'gpt-5.4-mini': 400_000,
  'gpt-5.4-nano': 400_000,
  'gpt-5.2': 400_000,
  'gpt-5.1': 400_000,
  'gpt-5.1-codex-max': 400_000,
  'gpt-5': 400_000,
  'gpt-5-mini': 400_000,
  'gpt-5-nano': 400_000,
  'gpt-5-codex': 400_000,
  'gpt-4.1': 1_047_576,
  'gpt-4.1-mini': 1_047_576,
  'gpt-4o': 128_000,
  'gpt-4o-mini': 128_000,
  o3: 200_000,
  'o4-mini': 200_000,
}

/** What any other model is taken for: a window that today's models all have, and no tool but functions. */
const unknownModel: ModelInfo = { id: '*', contextWindow: 128_000, parallelToolCalls: true, freeformTools: false }

/** Known models, then `*`. Freeform tools are the Responses API's, from GPT-5 on. */
export function modelsFor(settings: ProviderSettings): readonly ModelInfo[] {
  const known = Object.entries(contextWindows).map(([id, contextWindow]) => ({
    id,
    contextWindow,
    parallelToolCalls: true,
    freeformTools: settings.wire_api !== 'chat' && id.startsWith('gpt-5'),
  }))
  return [...known, unknownModel]
}
