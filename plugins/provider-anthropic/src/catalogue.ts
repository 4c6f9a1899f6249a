import type { ModelInfo, ModelPrice } from 'codex-kernel/plugin-api'
import file from '../data/models.json' with { type: 'json' }

/** One model of `data/models.json`. */
interface ModelEntry {
  readonly id: string
  readonly name: string
  readonly window: number
  readonly output: number
  readonly thinking: ThinkingKind
  readonly display?: boolean
  readonly efforts: readonly string[]
  readonly price: ModelPrice
}

/** How a model thinks: as it sees fit, always or unless it is told not to, or within a budget of tokens that it is given. */
export type ThinkingKind = 'always' | 'adaptive' | 'budget'

/** What the API takes for the thinking of a model. */
export interface ThinkingInfo {
  readonly kind: ThinkingKind
  /** Whether it can be told to summarize its thinking; a model that cannot does so. */
  readonly hasDisplay: boolean
}

/** What any other model is taken for: a small window of today's models. */
const unknownModel: ModelInfo = {
  id: '*',
  contextWindow: 200_000,
  maxOutputTokens: 32_000,
  images: true,
  parallelToolCalls: true,
}

/** Known models, then `*`. The first is the one that is asked where none is named. */
export function knownModels(): readonly ModelInfo[] {
  return [...entries().map(modelInfo), unknownModel]
}

/** What is known of a model by its id, a dated one (`claude-haiku-4-5-20251001`) included; undefined where nothing is. */
export function knownModel(id: string): ModelInfo | undefined {
  const entry = entryOf(id)
  return entry && { ...modelInfo(entry), id }
}

/** How a model thinks; undefined where it is not known. */
export function thinkingInfo(id: string): ThinkingInfo | undefined {
  const entry = entryOf(id)
  return entry && { kind: entry.thinking, hasDisplay: entry.display ?? false }
}

function entryOf(id: string): ModelEntry | undefined {
  const name = id.replace(/-\d{8}$/, '')
  return entries().find((each) => each.id === name)
}

/** The file as its schema has it; a test checks each entry. */
function entries(): readonly ModelEntry[] {
  return file.models as readonly ModelEntry[]
}

function modelInfo({ id, name, window, output, efforts, price }: ModelEntry): ModelInfo {
  return {
    id,
    name,
    contextWindow: window,
    maxOutputTokens: output,
    reasoningEfforts: efforts,
    images: true,
    parallelToolCalls: true,
    freeformTools: false,
    price,
  }
}
