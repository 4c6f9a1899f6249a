import type { promptRequests } from 'codex-kernel/plugin-api'

export type RequestKind = (typeof promptRequests)[number]

/** The columns of the weights, in their order; `none`: features, edits, fixes, questions, chores. */
export const requestClasses = ['none', 'review', 'security', 'refactoring', 'tests', 'performance'] as const
export type RequestClass = (typeof requestClasses)[number]

/** How likely a prompt asks for something, and what of it says so. */
export interface RequestChance {
  /** 0 to 1; those of all classes add up to 1. */
  readonly chance: number
  /** The features that speak most for it, the strongest first. */
  readonly because: readonly string[]
}

export type RequestModel = (features: readonly string[]) => ReadonlyMap<RequestClass, RequestChance>

/** Weights are whole numbers in the file: hundredths. */
export const weightScale = 100
/** The line whose weights count for every prompt. */
export const biasFeature = '<any>'
/** A prompt of few words says as much as one of this many: else a single word would decide. */
const leastFeatures = 4
const wordsGiven = 3

/**
 * A model of one layer (multinomial logistic regression): each line of `text` is a feature and what it adds for each
 * class, tab-separated, sorted by code unit, so that a feature is found by halving and nothing is parsed ahead.
 */
export function openRequestModel(text: string): RequestModel {
  const bias = weightsOf(text, biasFeature) ?? []
  return (features) => {
    const known = features.flatMap((feature) => {
      const weights = weightsOf(text, feature)
      return weights ? [{ feature, weights }] : []
    })
    const scale = scaleOf(features.length)
    const sums = requestClasses.map(
      (_, index) => known.reduce((sum, { weights }) => sum + (weights[index] ?? 0), bias[index] ?? 0) * scale,
    )
    const chances = softmax(sums)
    return new Map(
      requestClasses.map((name, index) => [name, { chance: chances[index] ?? 0, because: reasonsFor(index, known) }]),
    )
  }
}

interface Known {
  readonly feature: string
  readonly weights: readonly number[]
}

/** What people typed that says most for a class and not for none. */
function reasonsFor(index: number, known: readonly Known[]): readonly string[] {
  const forClass = ({ weights }: Known) => (weights[index] ?? 0) - (weights[0] ?? 0)
  return known
    .filter((each) => forClass(each) > 0 && isReadable(each.feature))
    .toSorted((a, b) => forClass(b) - forClass(a))
    .slice(0, wordsGiven)
    .map(({ feature }) => feature)
}

/** What each weight counts in a prompt of so many features, so that long prompts are not surer than short ones. */
export function scaleOf(features: number): number {
  return 1 / Math.sqrt(Math.max(leastFeatures, features + 1))
}

/** Chances that add up to 1, by the sums of the weights. */
export function softmax(sums: readonly number[]): readonly number[] {
  const most = Math.max(...sums)
  const powers = sums.map((sum) => Math.exp(sum - most))
  const total = powers.reduce((sum, power) => sum + power, 0)
  return powers.map((power) => power / total)
}

/** Words that people typed and that mean something alone: no lengths, beginnings of words, meanings or `for the`. */
function isReadable(feature: string): boolean {
  if (/^[<^|§~?"]|^length |\*$/.test(feature)) return false
  return feature.split(' ').every((word) => word.length > 2 && !fillers.test(word))
}

const fillers =
  /^(?:the|for|and|are|was|can|you|our|any|this|that|with|from|into|there|here|what|how|does|have|has|its|all)$/

function weightsOf(text: string, feature: string): readonly number[] | undefined {
  let low = 0
  let high = text.length
  while (low < high) {
    const middle = (low + high) >> 1
    const start = text.lastIndexOf('\n', middle - 1) + 1
    const tab = text.indexOf('\t', start)
    if (tab < 0) return undefined
    const found = text.slice(start, tab)
    const end = text.indexOf('\n', tab)
    if (found === feature) return numbers(text.slice(tab + 1, end < 0 ? undefined : end))
    if (found < feature) low = end < 0 ? text.length : end + 1
    else high = start
  }
  return undefined
}

function numbers(line: string): readonly number[] {
  return line.split('\t').map((each) => Number(each) / weightScale)
}
