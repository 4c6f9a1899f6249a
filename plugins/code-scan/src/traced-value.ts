import type { Origin } from './expression.ts'
import type { SgNode } from './open-parser.ts'

const levels = ['constant', 'clean', 'unknown', 'built', 'tainted'] as const

/** What is known of where a value comes from. */
export interface TracedValue {
  /** `built`: text put together with a part that is not known. `tainted`: comes from a source. */
  readonly level: (typeof levels)[number]
  /** True where some of it is literal text. */
  readonly hasText: boolean
  readonly origin?: Origin | 'rule'
  /** Of a value that is not known: what it is called where it comes from, such as `req` for a parameter `r`. */
  readonly alias?: string
  /** From the source on. */
  readonly steps: readonly { readonly node: SgNode; readonly message: string }[]
}

/** A literal. */
export const constant: TracedValue = { level: 'constant', hasText: false, steps: [] }
/** A value that no stranger chooses. */
export const clean: TracedValue = { level: 'clean', hasText: false, steps: [] }
/** A value of which nothing is known. */
export const unknown: TracedValue = { level: 'unknown', hasText: false, steps: [] }

/** The worst of some values; of none a constant. */
export function join(values: readonly TracedValue[]): TracedValue {
  const worst = values.reduce((a, b) => (levels.indexOf(b.level) > levels.indexOf(a.level) ? b : a), constant)
  return { ...worst, hasText: values.some((value) => value.hasText) }
}

const sourceNames = {
  request: 'data of the request',
  argv: 'program input',
  env: 'environment',
  file: 'content of a file',
  network: 'answer from the network',
  rule: 'source',
} as const

/** A value from a source, whose path begins at `node`; of a parameter of a function `name`. */
export function tainted(node: SgNode, origin: NonNullable<TracedValue['origin']>, name?: string): TracedValue {
  const what = sourceNames[origin]
  const at = name === undefined ? node : (node.field('parameters') ?? node)
  return {
    level: 'tainted',
    hasText: false,
    origin,
    steps: [{ node: at, message: `${what}: \`${name ?? brief(node)}\`` }],
  }
}

/** Text without white space and `?.`; empty for what is too long to be a name. */
export const plain = (node: SgNode): string => {
  const text = node.text()
  return text.length > 200 ? '' : text.replaceAll('?.', '.').replaceAll('!.', '.').replace(/\s+/g, '')
}

/** Text for a person, on one line. */
export const brief = (node: SgNode): string => node.text().replace(/\s+/g, ' ').slice(0, 60)

/** True for what is neither constant nor clean. */
export const isHarmful = (value: TracedValue): boolean => levels.indexOf(value.level) >= levels.indexOf('unknown')
