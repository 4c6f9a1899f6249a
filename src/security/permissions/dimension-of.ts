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

/** The same, also where the clause covers everything: what it names besides is not lost. */
export function clauseOf({ allow, ask = [], deny = [] }: Lists): Dimension {
  return { allow: [{ allow, deny }], askable: [{ allow: [...allow, ...ask], deny }] }
}

/** True where no clause leaves anything out. */
export function coversAll(rule: Rule): boolean {
  return rule.every(isCoveringAll(['*', '* *']))
}

/** A clause that covers everything and denies nothing is no clause. */
function clauseDimension(lists: Lists, coverAll: readonly string[]): Dimension {
  const { allow, askable } = clauseOf(lists)
  const isNarrowing = (clause: Clause) => !isCoveringAll(coverAll)(clause)
  return { allow: allow.filter(isNarrowing), askable: askable.filter(isNarrowing) }
}

function isCoveringAll(coverAll: readonly string[]): (clause: Clause) => boolean {
  return ({ allow, deny }) => deny.length === 0 && allow.some((pattern) => coverAll.includes(pattern))
}
