import type { ModelInfo, ModelPrice } from 'codex-kernel/plugin-api'
import file from '../data/models.json' with { type: 'json' }

/** One model of `data/models.json`. */
interface ModelEntry {
  readonly id: string
  readonly name: string
  /** Where requests to it may be routed, as a prefix of its id; empty: it is asked by its id. */
  readonly profiles: readonly string[]
  readonly window: number
  readonly output: number
  readonly efforts: readonly string[]
  readonly images?: boolean
  readonly thinking?: 'adaptive' | 'budget'
  readonly display?: boolean
  readonly price: ModelPrice
}

/** What of a model the request has to know. */
export interface ModelFacts {
  readonly thinking?: 'adaptive' | 'budget'
  /** Whether it can be told to summarize its thinking. */
  readonly hasDisplay: boolean
  readonly efforts: readonly string[]
  readonly maxOutputTokens: number
  /** Whether it takes marks for the cache. */
  readonly hasCache: boolean
}

const unknownModel: ModelInfo = { id: '*', contextWindow: 128_000, parallelToolCalls: true, freeformTools: false }

/** Known models by each of their profiles, then `*`. The first is the one that is asked where none is named. */
export function knownModels(): readonly ModelInfo[] {
  const known = entries().flatMap((entry) => {
    const ids = entry.profiles.length === 0 ? [entry.id] : entry.profiles.map((profile) => `${profile}.${entry.id}`)
    return ids.map((id) => modelInfo(entry, id))
  })
  return [...known, unknownModel]
}

/** By the id of a model, of a profile, or the ARN of one of these; what is not known is taken for a model that can little. */
export function modelFacts(id: string): ModelFacts {
  const name = modelName(id)
  const entry = entries().find((each) => each.id === name)
  return {
    ...(entry?.thinking && { thinking: entry.thinking }),
    hasDisplay: entry?.display ?? false,
    efforts: entry?.efforts ?? [],
    maxOutputTokens: entry?.output ?? 8192,
    hasCache: /^(?:anthropic\.claude|amazon\.nova)/.test(name),
  }
}

/** Without what says where it is asked. */
function modelName(id: string): string {
  return id.replace(/^arn:.*\//, '').replace(/^(?:global|us-gov|us|eu|apac|au|jp|ca)\./, '')
}

/** The file as its schema has it; a test checks each entry. */
function entries(): readonly ModelEntry[] {
  return file.models as readonly ModelEntry[]
}

function modelInfo(entry: ModelEntry, id: string): ModelInfo {
  const isRegional = entry.profiles.includes('global') && !id.startsWith('global.')
  return {
    id,
    name: entry.name,
    contextWindow: entry.window,
    maxOutputTokens: entry.output,
    reasoningEfforts: entry.efforts,
    images: entry.images ?? true,
    parallelToolCalls: true,
    freeformTools: false,
    price: isRegional ? raised(entry.price) : entry.price,
  }
}

/** The price by a regional profile: a tenth more. */
function raised(price: ModelPrice): ModelPrice {
  const tenthMore = (rates: object) =>
    Object.fromEntries(
      Object.entries(rates).map(([name, rate]) => [
        name,
        name === 'above_tokens' ? rate : Number((rate * 1.1).toFixed(6)),
      ]),
    )
  const { long_context: long, ...rates } = price
  const all = { ...tenthMore(rates), ...(long && { long_context: tenthMore(long) }) }
  return all as unknown as ModelPrice // the same names
}
