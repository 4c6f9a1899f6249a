import type { FileFacts } from './file-facts.ts'
import type { SgNode } from './open-parser.ts'

type Constant = number | string | boolean

const maxDepth = 20

/**
 * Works out a condition or a number that the code itself fixes, such as `7 * 42 - num > 200` where `num` is 86.
 * Undefined where it depends on anything else.
 */
export function constantValue(node: SgNode, facts: FileFacts, depth = 0): Constant | undefined {
  if (depth > maxDepth) return undefined
  const inner = (child: SgNode | null | undefined): Constant | undefined =>
    child ? constantValue(child, facts, depth + 1) : undefined
  const kind = String(node.kind())
  if (/^(parenthesized_expression|expression_list)$/.test(kind)) {
    const children = node.namedChildren()
    return children.length === 1 ? inner(children[0]) : undefined
  }
  if (/^(binary_expression|comparison_operator|binary_operator|boolean_operator)$/.test(kind)) {
    const operator = node.field('operator')?.text() ?? node.field('operators')?.text() ?? ''
    return combine(operator, inner(node.field('left')), inner(node.field('right')))
  }
  if (/^(unary_expression|not_operator)$/.test(kind)) {
    const value = inner(node.field('operand') ?? node.field('argument'))
    if (/^(!|not\b)/.test(node.text())) return typeof value === 'boolean' ? !value : undefined
    return node.text().startsWith('-') && typeof value === 'number' ? -value : undefined
  }
  if (kind === 'identifier') return valueOfName(node, facts, depth)
  if (kind === 'method_invocation') return characterAt(node, inner)
  return literalValue(node.text(), kind)
}

function literalValue(text: string, kind: string): Constant | undefined {
  if (/^-?(\d[\d_]*)(\.\d+)?[lLfFdD]?$/.test(text)) return Number(text.replace(/[_lLfFdD]/g, ''))
  if (/^(true|True)$/.test(text)) return true
  if (/^(false|False)$/.test(text)) return false
  return /string|character|rune/.test(kind) && /^(['"`])[^\\$]*\1$/.test(text) ? text.slice(1, -1) : undefined
}

/** `text.charAt(1)` of a text that is fixed. */
function characterAt(call: SgNode, inner: (node: SgNode | null) => Constant | undefined): string | undefined {
  if (call.field('name')?.text() !== 'charAt') return undefined
  const text = inner(call.field('object'))
  const place = inner(call.field('arguments')?.namedChildren()[0] ?? null)
  return typeof text === 'string' && typeof place === 'number' ? text.charAt(place) : undefined
}

/** The value of a name that is bound once, to a constant, and never counted up or down. */
function valueOfName(node: SgNode, facts: FileFacts, depth: number): Constant | undefined {
  const name = node.text()
  const { root, syntax } = facts
  const scopes = node.ancestors().filter((one) => syntax.functionKinds.has(String(one.kind())))
  for (const scope of [...scopes, root]) {
    if (scope.id() !== root.id() && facts.parametersOf(scope).some((one) => one.name === name)) return undefined
    const [only, ...more] = facts.bindingsOf(scope, name)
    if (!only) continue
    const { value, access, adds } = only
    if (more.length > 0 || !value || adds || access.length > 0) return undefined
    if (new RegExp(`\\b${name}\\s*(\\+\\+|--)|(\\+\\+|--)\\s*${name}\\b`).test(scope.text())) return undefined
    return constantValue(value, facts, depth + 1)
  }
  return undefined
}

function combine(operator: string, left: Constant | undefined, right: Constant | undefined): Constant | undefined {
  if (operator === '&&' || operator === 'and') {
    if (left === false || right === false) return false
    return left === true && right === true ? true : undefined
  }
  if (operator === '||' || operator === 'or') {
    if (left === true || right === true) return true
    return left === false && right === false ? false : undefined
  }
  if (left === undefined || right === undefined) return undefined
  if (/^===?$/.test(operator)) return typeof left === typeof right ? left === right : undefined
  if (/^!==?$/.test(operator)) return typeof left === typeof right ? left !== right : undefined
  if (typeof left !== 'number' || typeof right !== 'number') return undefined
  return arithmetic[operator]?.(left, right)
}

const arithmetic: Readonly<Record<string, (left: number, right: number) => Constant>> = {
  '+': (left, right) => left + right,
  '-': (left, right) => left - right,
  '*': (left, right) => left * right,
  '/': (left, right) => Math.trunc(left / right),
  '%': (left, right) => left % right,
  '<': (left, right) => left < right,
  '>': (left, right) => left > right,
  '<=': (left, right) => left <= right,
  '>=': (left, right) => left >= right,
}
