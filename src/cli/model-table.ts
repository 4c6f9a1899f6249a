import type { ModelCatalogue, ModelInfo } from '../plugin-api/index.ts'

const headings = ['model', 'window', 'answer', 'reasoning', 'in', 'cached', 'out']

/** A catalogue for people, a model a line; prices are dollars for a million tokens. */
export function modelTable({ models, provider, source, fetchedAt }: ModelCatalogue): string {
  const rows = [headings, ...models.map(cells)]
  const widths = headings.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  const lines = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  )
  const from = {
    server: 'as its server lists them now',
    cache: `as its server listed them at ${fetchedAt}`,
    'built-in': 'as this version knows them',
  }
  const count = `${models.length} ${models.length === 1 ? 'model' : 'models'} of ${provider}, ${from[source]}.`
  return [...lines, '', `${count} Prices are US dollars for a million tokens.`].join('\n')
}

function cells({ id, contextWindow, maxOutputTokens, reasoningEfforts, price }: ModelInfo): readonly string[] {
  return [
    id,
    thousands(contextWindow),
    thousands(maxOutputTokens),
    reasoningEfforts?.length ? `${reasoningEfforts[0]}-${reasoningEfforts.at(-1)}` : '-',
    dollars(price?.input),
    dollars(price && (price.cached_input ?? price.input)),
    dollars(price?.output),
  ]
}

function thousands(tokens: number | undefined): string {
  return tokens === undefined ? '-' : tokens < 1000 ? `${tokens}` : `${Math.floor(tokens / 1000)}k`
}

function dollars(price: number | undefined): string {
  return price === undefined ? '-' : `$${price}`
}
