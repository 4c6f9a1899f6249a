import type { ModelInfo, ModelPrice, ProviderSettings } from 'codex-kernel/plugin-api'
import file from '../data/models.json' with { type: 'json' }

/** One model of `data/models.json`. */
interface ModelEntry {
  readonly id: string
  readonly window: number
  readonly output: number
  readonly efforts: readonly string[]
  readonly freeform?: boolean
  readonly images?: boolean
  readonly localShell?: boolean
  readonly price?: ModelPrice
}

/** What any other model is taken for: a window that today's models all have, and no tool but functions. */
const unknownModel: ModelInfo = { id: '*', contextWindow: 128_000, parallelToolCalls: true, freeformTools: false }

/** Known models, then `*`. The first is the one that is asked where none is named. */
export function modelsFor(settings: ProviderSettings): readonly ModelInfo[] {
  return [...entries().map((entry) => modelInfo(entry, settings)), unknownModel]
}

/** What is known of one model by its id, a dated snapshot (`gpt-5.4-2026-03-05`) included; undefined where nothing is. */
export function knownModel(id: string, settings: ProviderSettings): ModelInfo | undefined {
  const names = [id, id.replace(/-\d{4}-\d{2}-\d{2}$/, '')]
  const entry = entries().find((each) => names.includes(each.id))
  return entry && { ...modelInfo(entry, settings), id }
}

/** The file as its schema has it: the shapes of its entries differ, and with them the type that the compiler reads from it; a test checks each. */
function entries(): readonly ModelEntry[] {
  return file.models as readonly ModelEntry[]
}

/** Freeform tools and the local shell are the Responses API's alone. */
function modelInfo(entry: ModelEntry, { wire_api: wire }: ProviderSettings): ModelInfo {
  const isResponses = wire !== 'chat'
  return {
    id: entry.id,
    contextWindow: entry.window,
    maxOutputTokens: entry.output,
    reasoningEfforts: entry.efforts,
    images: entry.images ?? false,
    parallelToolCalls: true,
    freeformTools: isResponses && (entry.freeform ?? false),
    localShell: isResponses && (entry.localShell ?? false),
    ...(entry.price && { price: entry.price }),
  }
}
