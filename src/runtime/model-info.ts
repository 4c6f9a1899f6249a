import type { Config } from '../config/schema.ts'
import { ownValue } from '../config/table.ts'
import type { ModelInfo, ModelPrice } from '../plugin-api/provider.ts'

/** What a thread goes by. */
export interface KnownModel {
  readonly info: ModelInfo
  /** True where the defaults for any model are all there is. */
  readonly isFallback: boolean
}

/** Told where a model is not known, in the words of Codex. */
export function unknownModelWarning(model: string): string {
  return `Model metadata for \`${model}\` not found. Defaulting to fallback metadata; this can degrade performance and cause issues.`
}

/**
 * What is known of a model: first what the configuration says (`model_context_window`, `model_prices`), then what the provider
 * says of it by name, of the model that it is a dated snapshot of, or of all that it does not list.
 *
 * @param stored what the server listed when it was last asked; read only for a model that the provider does not know by itself
 */
export async function modelInfo(
  model: string,
  known: readonly ModelInfo[],
  config: Pick<Config, 'model_context_window' | 'model_prices'>,
  stored: () => Promise<readonly ModelInfo[]>,
): Promise<KnownModel> {
  const listed = entryOf(model, known) ?? entryOf(model, await stored())
  const info = listed ?? known.find(({ id }) => id === '*')
  const { model_context_window: window, model_prices: prices = {} } = config
  const price = ownValue(prices, model)
  return {
    info: {
      ...info,
      id: model,
      ...(window !== undefined && { contextWindow: window }),
      ...(price && { price: withoutUndefined(price) }),
    },
    isFallback: listed === undefined && window === undefined,
  }
}

/** The models with the prices that the configuration says, and those that it alone knows. */
export function withConfiguredPrices(
  models: readonly ModelInfo[],
  { model_prices: prices = {} }: Pick<Config, 'model_prices'>,
): readonly ModelInfo[] {
  const priced = new Map(Object.entries(prices).map(([id, price]) => [id, { id, price: withoutUndefined(price) }]))
  const known = new Set(models.map(({ id }) => id))
  return [
    ...models.map((model) => ({ ...model, ...priced.get(model.id) })),
    ...[...priced.values()].filter(({ id }) => !known.has(id)),
  ]
}

function entryOf(model: string, models: readonly ModelInfo[]): ModelInfo | undefined {
  const snapshotOf = model.replace(/-\d{4}(-?)\d{2}\1\d{2}$/, '')
  return models.find(({ id }) => id === model) ?? models.find(({ id }) => id === snapshotOf)
}

type Price = NonNullable<NonNullable<Config['model_prices']>[string]>

function withoutUndefined({ input, output, cached_input: cached, cache_write: write }: Price): ModelPrice {
  return {
    input,
    output,
    ...(cached !== undefined && { cached_input: cached }),
    ...(write !== undefined && { cache_write: write }),
  }
}
