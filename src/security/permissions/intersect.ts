import type { Clause, Dimension, Limits, Permissions, permissionDimensions, Rule } from '../../plugin-api/index.ts'

/**
 * What both allow: in each dimension the clauses of both, sorted and without doubles; of limits the smaller. Commutative,
 * associative, idempotent, never wider than either side (property-tested). Equal sets of clauses give equal values.
 */
export function intersect(a: Permissions, b: Permissions): Permissions {
  const dimension = (name: (typeof permissionDimensions)[number]): Dimension => ({
    allow: canonicalRule([...a[name].allow, ...b[name].allow]),
    askable: canonicalRule([...a[name].askable, ...b[name].askable]),
  })
  return {
    read: dimension('read'),
    write: dimension('write'),
    exec: dimension('exec'),
    network: dimension('network'),
    tools: dimension('tools'),
    delegate: dimension('delegate'),
    limits: smallerLimits(a.limits, b.limits),
  }
}

/** The intersection of all; `everything` where there is none. */
export function intersectAll(all: readonly Permissions[]): Permissions {
  return all.reduce(intersect, everything)
}

const noClause: Dimension = { allow: [], askable: [] }
const emptyRule: Rule = [{ allow: [], deny: [] }]
const noneAtAll: Dimension = { allow: emptyRule, askable: emptyRule }

/** Narrows nothing: the identity of `intersect`. */
export const everything: Permissions = {
  read: noClause,
  write: noClause,
  exec: noClause,
  network: noClause,
  tools: noClause,
  delegate: noClause,
  limits: {},
}

/** Allows nothing, and nothing may be asked for. */
export const nothing: Permissions = {
  read: noneAtAll,
  write: noneAtAll,
  exec: noneAtAll,
  network: noneAtAll,
  tools: noneAtAll,
  delegate: noneAtAll,
  limits: {},
}

/** Sorted clauses of sorted strings, none of them twice. */
function canonicalRule(rule: Rule): Rule {
  const byText = new Map<string, Clause>()
  for (const clause of rule) {
    const canonical = { allow: sortedUnique(clause.allow), deny: sortedUnique(clause.deny) }
    byText.set(JSON.stringify(canonical), canonical)
  }
  return [...byText].sort(([a], [b]) => compareText(a, b)).map(([, clause]) => clause)
}

function sortedUnique(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)].sort(compareText)
}

/** By code unit: the same on every machine, whatever its locale. */
function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function smallerLimits(a: Limits, b: Limits): Limits {
  const keys = [...new Set([...Object.keys(a), ...Object.keys(b)])].sort(compareText)
  const entries = keys.flatMap((key) => {
    const values = [a[key as keyof Limits], b[key as keyof Limits]] // keys of Limits: they come from two of them
    const bounds = values.filter((value) => value !== undefined)
    return bounds.length === 0 ? [] : [[key, Math.min(...bounds)]]
  })
  return Object.fromEntries(entries)
}
