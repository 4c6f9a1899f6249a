import type { CodexError } from '../../plugin-api/errors.ts'
import { applyFilter } from './filters.ts'
import { formatValue, isEmptyValue, isTruthy } from './format-value.ts'
import type { Comparison, Expression } from './parse-expression.ts'
import { type TemplateSource, templateError } from './template-source.ts'

/** Values by name; a template reads own properties of plain data and nothing else. */
export type TemplateValues = Readonly<Record<string, unknown>>

/** What a template may call. `errorHere` makes the error that cites the place of the call. */
export type TemplateFunctions = ReadonlyMap<string, (argument: unknown, errorHere: ErrorHere) => unknown>
export type ErrorHere = (message: string, options?: { readonly hint?: string; readonly cause?: unknown }) => CodexError

/** The names that an expression sees: those of the nearest block first, then outwards. */
export interface Scope {
  readonly outer?: Scope
  /** `this`: the item of `each`, the value of `with`; the values themselves outside of both. */
  readonly item: unknown
  /** `@index` and the like, and block parameters. */
  readonly names: ReadonlyMap<string, unknown>
}

export interface Evaluation {
  readonly source: TemplateSource
  readonly functions: TemplateFunctions
}

/** The outermost scope. */
export function scopeOf(values: TemplateValues): Scope {
  return { item: values, names: new Map() }
}

/** The value of an expression, of whatever type. @throws CodexError `command.template` */
export function evaluate(expression: Expression, scope: Scope, evaluation: Evaluation): unknown {
  const inner = (part: Expression): unknown => evaluate(part, scope, evaluation)
  switch (expression.type) {
    case 'literal':
      return expression.value
    case 'path':
      return valueAt(expression.segments, scope)
    case 'not':
      return !isTruthy(inner(expression.operand))
    case 'and': {
      const left = inner(expression.left)
      return isTruthy(left) ? inner(expression.right) : left
    }
    case 'or': {
      const left = inner(expression.left)
      return isTruthy(left) ? left : inner(expression.right)
    }
    case 'compare': {
      const answer = compare(expression.operator, inner(expression.left), inner(expression.right))
      if (typeof answer === 'boolean') return answer
      throw templateError(evaluation.source, expression.offset, answer)
    }
    case 'filter': {
      const answer = applyFilter(expression.name, inner(expression.input), expression.arguments.map(inner))
      if ('value' in answer) return answer.value
      throw templateError(evaluation.source, expression.offset, answer.problem)
    }
    case 'call':
      return evaluation.functions.get(expression.name)?.(inner(expression.argument), (message, options) =>
        templateError(evaluation.source, expression.offset, message, options),
      )
  }
}

function valueAt([first, ...others]: readonly [string, ...string[]], scope: Scope): unknown {
  return others.reduce<unknown>((value, segment) => ownValue(value, segment), namedValue(first, scope))
}

function namedValue(name: string, scope: Scope): unknown {
  if (name === 'this') return scope.item
  for (let at: Scope | undefined = scope; at; at = at.outer) {
    if (at.names.has(name)) return at.names.get(name)
    const value = ownValue(at.item, name)
    if (value !== undefined) return value
  }
  return undefined
}

/** A field of a table, an item or the length of a list. Never what is inherited, never a function. */
function ownValue(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined
  const field: unknown = Reflect.get(value, name)
  return typeof field === 'function' ? undefined : field
}

/** The answer; a sentence where the two cannot be compared. */
function compare(operator: Comparison, left: unknown, right: unknown): boolean | string {
  if (operator === '==') return areEqual(left, right)
  if (operator === '!=') return !areEqual(left, right)
  if (operator === 'in') {
    if (Array.isArray(right)) return right.some((item) => areEqual(left, item))
    if (typeof right === 'string') return !isEmptyValue(left) && right.includes(formatValue(left))
    return isEmptyValue(right) ? false : `"in" looks into a list or a text, not into ${kindOf(right)}`
  }
  if (isEmptyValue(left) || isEmptyValue(right)) return false
  const order = orderOf(left, right)
  if (order === undefined) return `${kindOf(left)} and ${kindOf(right)} cannot be compared with "${operator}"`
  if (operator === '<') return order < 0
  if (operator === '<=') return order <= 0
  return operator === '>' ? order > 0 : order >= 0
}

/** No conversion: "3" is not 3. What is absent equals what is absent, and an empty text. */
function areEqual(left: unknown, right: unknown): boolean {
  return left === right || (isEmptyText(left) && isEmptyText(right))
}

function isEmptyText(value: unknown): boolean {
  return value === undefined || value === null || value === ''
}

function orderOf(left: unknown, right: unknown): number | undefined {
  if (typeof left === 'number' && typeof right === 'number') return left - right
  if (typeof left === 'string' && typeof right === 'string') return left < right ? -1 : left > right ? 1 : 0
  return undefined
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'a list'
  return typeof value === 'object' ? 'a table' : `a ${typeof value}`
}
