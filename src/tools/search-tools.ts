import type { ToolSpec } from '../plugin-api/index.ts'

/** What a word is worth by where it stands: a name says most, an argument least. */
const weights = { name: 4, description: 2, argument: 1 } as const
/** Words that say nothing of what a tool does. */
const emptyWords = new Set(
  'a an and are at by can find for from have i in is it my of on or that the this to tool use want what with'.split(
    ' ',
  ),
)

/**
 * The tools that a query is about, the best first: each word of it counts by where it stands in a tool's name,
 * description and argument names, and the more, the fewer tools have it. A word also counts where it begins or ends
 * alike (`commit`, `commits`), for half. Equal ones are in the order of their names.
 */
export function searchTools(specs: readonly ToolSpec[], query: string, limit: number): readonly ToolSpec[] {
  const asked = [...new Set(wordsOf(query))]
  const meant = asked.filter((word) => !emptyWords.has(word))
  const terms = meant.length > 0 ? meant : asked
  const indexed = specs.map((spec) => ({ spec, weightOf: indexOf(spec) }))
  const scores = indexed.map(() => 0)
  for (const term of terms) {
    const matches = indexed.map(({ weightOf }) => weightIn(weightOf, term))
    const holders = matches.filter((weight) => weight > 0).length
    const rarity = Math.log(1 + specs.length / Math.max(1, holders))
    for (const [index, weight] of matches.entries()) scores[index] = (scores[index] ?? 0) + weight * rarity
  }
  return indexed
    .map(({ spec }, index) => ({ spec, score: isNamed(spec, query) ? Number.POSITIVE_INFINITY : (scores[index] ?? 0) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => (a.score === b.score ? compareText(a.spec.name, b.spec.name) : b.score - a.score))
    .slice(0, limit)
    .map(({ spec }) => spec)
}

function isNamed({ name }: ToolSpec, query: string): boolean {
  return query.split(/[\s,]+/).includes(name)
}

function indexOf(spec: ToolSpec): ReadonlyMap<string, number> {
  const weightOf = new Map<string, number>()
  const add = (text: string, weight: number) => {
    for (const word of wordsOf(text)) weightOf.set(word, Math.max(weight, weightOf.get(word) ?? 0))
  }
  add(spec.name, weights.name)
  add(spec.description, weights.description)
  for (const name of argumentsOf(spec)) add(name, weights.argument)
  return weightOf
}

function weightIn(weightOf: ReadonlyMap<string, number>, term: string): number {
  const whole = weightOf.get(term)
  if (whole !== undefined) return whole
  if (term.length < 4) return 0
  let best = 0
  for (const [word, weight] of weightOf) {
    const isAlike = word.length >= 4 && (word.startsWith(term) || term.startsWith(word))
    if (isAlike) best = Math.max(best, weight / 2)
  }
  return best
}

function argumentsOf(spec: ToolSpec): readonly string[] {
  const properties = spec.type === 'function' ? spec.parameters.properties : undefined
  return typeof properties === 'object' && properties !== null ? Object.keys(properties) : []
}

/** Lower-case words; `readFile` and `read_file` are two each. */
function wordsOf(text: string): readonly string[] {
  return (
    text
      .replace(/(\p{Ll})(\p{Lu})/gu, '$1 $2')
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu) ?? []
  )
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
