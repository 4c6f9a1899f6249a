import type { Clause, Dimension, PermissionDimension, Permissions, Rule } from '../../plugin-api/index.ts'
import { commandOfSubject, compileCommandPrefix } from './command-prefix.ts'
import { hostsText } from './hosts-text.ts'
import { compileNamePattern } from './name-pattern.ts'
import { compileNetworkPattern } from './network-pattern.ts'
import { compilePathPattern } from './path-pattern.ts'

export type PermissionAnswer = 'allow' | 'ask' | 'deny'

/** An answer and the text that decided: a pattern, or what was missing. */
export interface ExplainedAnswer {
  readonly answer: PermissionAnswer
  readonly rule: string
  /** True where a `deny` said no, and not only that no `allow` said yes. */
  readonly isForbidden?: boolean
}

/** What one dimension says about a subject (its form by dimension: plugin-api/permissions.ts). */
export function decideIn(dimension: PermissionDimension, value: Permissions, subject: string): PermissionAnswer {
  return explainIn(dimension, value, subject).answer
}

/** The same, with the pattern that decided. */
function explainIn(dimension: PermissionDimension, value: Permissions, subject: string): ExplainedAnswer {
  return compileDimension(dimension, value[dimension])(subject)
}

/**
 * Compiles a dimension for many questions. In `allow` and in `askable`: allow; in `askable` alone: ask; else deny.
 * @throws CodexError `definition.invalid` for a path pattern that cannot be compared
 */
export function compileDimension(
  dimension: PermissionDimension,
  value: Dimension,
): (subject: string) => ExplainedAnswer {
  const allow = compileRule(dimension, value.allow)
  const askable = compileRule(dimension, value.askable)
  return (subject) => {
    const asked = askable(subject)
    if (!asked.holds) return { answer: 'deny', rule: `${dimension}: ${asked.rule}`, isForbidden: asked.isForbidden }
    const allowed = allow(subject)
    return { answer: allowed.holds ? 'allow' : 'ask', rule: `${dimension}: ${allowed.rule}` }
  }
}

interface RuleVerdict {
  readonly holds: boolean
  readonly rule: string
  readonly isForbidden: boolean
}

function compileRule(dimension: PermissionDimension, rule: Rule): (subject: string) => RuleVerdict {
  const clauses = rule.map((clause) => compileClause(dimension, clause))
  return (subject) => {
    let last: RuleVerdict = { holds: true, rule: 'not narrowed', isForbidden: false }
    for (const clause of clauses) {
      last = clause(subject)
      if (!last.holds) return last
    }
    return last
  }
}

function compileClause(dimension: PermissionDimension, clause: Clause): (subject: string) => RuleVerdict {
  const deny = clause.deny.map((pattern) => ({ pattern, covers: compilePattern(dimension, pattern, 'deny') }))
  const allow = clause.allow.map((pattern) => ({ pattern, covers: compilePattern(dimension, pattern, 'allow') }))
  const missing =
    clause.allow.length === 0 ? 'allows nothing' : `not in allow ${someOf(shown(dimension, clause.allow))}`
  return (subject) => {
    const denied = deny.find(({ covers }) => covers(subject))
    if (denied !== undefined)
      return { holds: false, rule: `deny ${shownOne(dimension, denied.pattern)}`, isForbidden: true }
    const allowed = allow.find(({ covers }) => covers(subject))
    return allowed === undefined
      ? { holds: false, rule: missing, isForbidden: false }
      : { holds: true, rule: `allow ${shownOne(dimension, allowed.pattern)}`, isForbidden: false }
  }
}

/** As a file has them: a pattern of the network is written with its method. */
function shown(dimension: PermissionDimension, patterns: readonly string[]): readonly string[] {
  return dimension === 'network' ? hostsText(patterns) : patterns
}

function shownOne(dimension: PermissionDimension, pattern: string): string {
  return dimension === 'network' ? hostsText([pattern]).join() : pattern
}

const maxShownPatterns = 5

/** The first few: workspace-write has twenty, most of them caches, and a person has to find the question. */
function someOf(patterns: readonly string[]): string {
  const shown = patterns.length > maxShownPatterns ? patterns.slice(0, maxShownPatterns - 2) : patterns
  const more = patterns.length - shown.length
  return more > 0 ? `${shown.join(', ')} and ${more} more` : shown.join(', ')
}

function compilePattern(
  dimension: PermissionDimension,
  pattern: string,
  use: 'allow' | 'deny',
): (subject: string) => boolean {
  switch (dimension) {
    case 'read':
    case 'write':
      return compilePathPattern(pattern)
    case 'exec': {
      const covers = compileCommandPrefix(pattern, use)
      return (subject) => covers(commandOfSubject(subject))
    }
    case 'network':
      return compileNetworkPattern(pattern)
    case 'tools':
    case 'delegate':
      return compileNamePattern(pattern)
  }
}
