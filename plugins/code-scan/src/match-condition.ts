import type { Range } from 'codex-kernel/plugin-api'
import { structureOf } from './code-structure.ts'
import { isExponentialRegex } from './exponential-regex.ts'
import type { FileFacts } from './file-facts.ts'
import { isAsyncCall } from './is-async-call.ts'
import { isPassword } from './is-password.ts'
import { isRepeatedKey } from './is-repeated-key.ts'
import { isSecret } from './is-secret.ts'
import { type MeasuredFunction, measureFunctions } from './measure-functions.ts'
import type { SgNode } from './open-parser.ts'
import { type Measure, measureNames } from './rule-measure.ts'
import type { RuleCondition } from './scan-rule.ts'
import { scriptRegex } from './script-regex.ts'
import { untrustedExpression } from './untrusted-expression.ts'

/** What a condition says of a match that it holds for. */
export interface ConditionMatch {
  /** A text that nobody may read in a report. */
  readonly secret?: string
  /** The part of the match that it holds for, where that is not all of it. */
  readonly range?: Range
  /** What a message may name, without `$`. */
  readonly names?: Readonly<Record<string, string>>
}

type NameCondition = Extract<RuleCondition, { names: string }>

/** Compiled once for each rule. */
const patternOf = new WeakMap<NameCondition, RegExp>()
const measuresOf = new WeakMap<FileFacts, ReadonlyMap<number, MeasuredFunction>>()

/** Tests a match by what a pattern cannot express; undefined where the condition does not hold. */
export function matchCondition(condition: RuleCondition, node: SgNode, facts: FileFacts): ConditionMatch | undefined {
  const value = condition.value === undefined ? node : node.getMatch(condition.value.slice(1))
  if (!value) return undefined
  if ('measure' in condition) return matchMeasure(condition, value, facts)
  if ('names' in condition) return isNamed(value, condition, facts) ? {} : undefined
  const text = value.text()
  switch (condition.is) {
    case 'secret':
      return isSecret(text) ? { secret: text } : undefined
    case 'password':
      return isPassword(text) ? { secret: text } : undefined
    case 'exponential-regex':
      return isExponentialRegex(text) ? {} : undefined
    case 'untrusted-expression': {
      const part = untrustedExpression(text)
      return part ? { range: rangeWithin(value, part.start, part.end) } : undefined
    }
    case 'mentioned-once':
      return isMentionedOnce(text, facts.text) ? {} : undefined
    case 'repeated-key':
      return isRepeatedKey(node, facts) ? {} : undefined
    case 'async-call':
      return isAsyncCall(value, facts) ? {} : undefined
  }
}

/** False where a condition holds for nothing in a file: a file is measured once, and most have no function over a limit. */
export function mayHold(condition: RuleCondition, facts: FileFacts): boolean {
  if (!('measure' in condition)) return true
  return measuresIn(facts)
    .values()
    .some((fn) => measuredIn(fn, condition.measure) > condition.above)
}

/** Positions of a part of a node's text, from 1. */
function rangeWithin(node: SgNode, start: number, end: number): Range {
  const first = node.range().start
  const place = (offset: number): Range['start'] => {
    const before = node.text().slice(0, offset).split('\n')
    const column = (before.at(-1)?.length ?? 0) + (before.length === 1 ? first.column : 0)
    return { line: first.line + before.length, column: column + 1 }
  }
  return { start: place(start), end: place(end) }
}

/** True where a callee is called like that, or stands for something that is. */
function isNamed(callee: SgNode, condition: NameCondition, facts: FileFacts): boolean {
  const { start, end } = callee.range()
  if (end.index - start.index > 120) return false
  const pattern = patternOf.get(condition) ?? scriptRegex(condition.names)
  patternOf.set(condition, pattern)
  return pattern.test(callee.text().replaceAll('?.', '.').replace(/\s+/g, '')) || pattern.test(facts.nameOf(callee))
}

function matchMeasure(
  { measure, above }: Extract<RuleCondition, { measure: Measure }>,
  node: SgNode,
  facts: FileFacts,
): ConditionMatch | undefined {
  const fn = measuresIn(facts).get(node.id())
  const number = fn ? measuredIn(fn, measure) : 0
  if (!fn || number <= above) return undefined
  return { names: { [measureNames[measure]]: String(number), FUNCTION: fn.name ?? 'A function' } }
}

/** What is counted in an outer function is that one's. */
function measuredIn(fn: MeasuredFunction, measure: Measure): number {
  if (measure === 'cognitive' && fn.isInside) return 0
  return measure === 'code_lines' ? fn.codeLines : fn[measure]
}

function measuresIn(facts: FileFacts): ReadonlyMap<number, MeasuredFunction> {
  const known = measuresOf.get(facts) ?? measureAll(facts)
  measuresOf.set(facts, known)
  return known
}

function measureAll({ syntax, root, text }: FileFacts): ReadonlyMap<number, MeasuredFunction> {
  const structure = structureOf(syntax.id)
  return new Map(structure ? measureFunctions(root, text, structure).map((fn) => [fn.node.id(), fn]) : [])
}

/** A name that a file writes once, also counting comments and texts, is used by nobody in it. */
function isMentionedOnce(name: string, text: string): boolean {
  if (!/^[\p{L}_$][\p{L}\p{N}_$]*$/u.test(name)) return false
  const isPartOfName = (at: number): boolean => /[\p{L}\p{N}_$]/u.test(text[at] ?? '')
  let count = 0
  for (let at = text.indexOf(name); at !== -1; at = text.indexOf(name, at + name.length)) {
    if (isPartOfName(at - 1) || isPartOfName(at + name.length)) continue
    count++
    if (count > 1) return false
  }
  return count === 1
}
