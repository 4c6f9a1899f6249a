import type { Clause, Dimension, Rule } from '../../plugin-api/index.ts'

interface Lists {
  readonly allow: readonly string[]
  readonly ask?: readonly string[]
  readonly deny?: readonly string[]
}

/** A dimension of one clause: what is in `allow` is allowed, what is in `ask` may be asked for, `deny` wins over both. */
export function dimensionOf(lists: Lists): Dimension {
  return clauseDimension(lists, ['*', '* *'])
}

/** The same for absolute path patterns, where other ones stand for everything. */
export function pathDimension(lists: Lists): Dimension {
  return clauseDimension(lists, ['/**', '/'])
}

/** All is allowed: the identity. */
export const allAllowed: Dimension = { allow: [], askable: [] }

/** Nothing is allowed, and nothing may be asked for. */
export const noneAllowed: Dimension = dimensionOf({ allow: [] })

/** A clause that covers everything and denies nothing is no clause. */
function clauseDimension({ allow, ask = [], deny = [] }: Lists, coverAll: readonly string[]): Dimension {
  const ruleOf = (clause: Clause): Rule =>
    clause.deny.length === 0 && clause.allow.some((pattern) => coverAll.includes(pattern)) ? [] : [clause]
  return { allow: ruleOf({ allow, deny }), askable: ruleOf({ allow: [...allow, ...ask], deny }) }
}
