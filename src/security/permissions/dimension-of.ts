import type { Clause, Dimension, Rule } from '../../plugin-api/index.ts'

/** A dimension of one clause: what is in `allow` is allowed, what is in `ask` may be asked for, `deny` wins over both. */
export function dimensionOf(lists: {
  readonly allow: readonly string[]
  readonly ask?: readonly string[]
  readonly deny?: readonly string[]
}): Dimension {
  const { allow, ask = [], deny = [] } = lists
  return { allow: ruleOf({ allow, deny }), askable: ruleOf({ allow: [...allow, ...ask], deny }) }
}

/** All is allowed: the identity. */
export const allAllowed: Dimension = { allow: [], askable: [] }

/** Nothing is allowed, and nothing may be asked for. */
export const noneAllowed: Dimension = dimensionOf({ allow: [] })

/** Patterns that cover every subject of their dimension. */
const coverAll = new Set(['*', '/**', '/', '* *'])

/** A clause that covers everything and denies nothing is no clause. */
function ruleOf(clause: Clause): Rule {
  return clause.deny.length === 0 && clause.allow.some((pattern) => coverAll.has(pattern)) ? [] : [clause]
}
