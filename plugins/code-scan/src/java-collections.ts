import type { SgNode } from './open-parser.ts'

const methodKinds = /^(method_declaration|constructor_declaration|lambda_expression)$/

/**
 * What `map.get("key")`, `list.get(0)` or `array[0]` gives, where the method fills the collection in front of the eye: with
 * constant keys, or one after the other. Undefined where the collection can have it from elsewhere.
 */
export function lookupInCollection(call: SgNode): readonly SgNode[] | undefined {
  if (call.kind() === 'array_access') return elementOfArray(call)
  const [key, ...more] = call.field('arguments')?.namedChildren() ?? []
  const name = call.field('object')
  if (call.field('name')?.text() !== 'get' || !key || more.length > 0 || name?.kind() !== 'identifier') return undefined
  const isKey = key.kind() === 'string_literal'
  if (!isKey && key.kind() !== 'decimal_integer_literal') return undefined
  const method = call.ancestors().find((node) => methodKinds.test(String(node.kind())))
  if (!method) return undefined
  const made = method.find({
    rule: { kind: 'variable_declarator', all: [{ has: { field: 'name', regex: `^${name.text()}$` } }] },
  })
  if (!made || !/=\s*new [\w.]*(Map|List|Vector)\b[^(]*\(\s*\d*\s*\)$/.test(made.text())) return undefined
  const offset = call.range().start.index
  const uses = method
    .findAll({ rule: { kind: 'identifier', regex: `^${name.text()}$` } })
    .filter((use) => use.range().start.index < offset && use.parent()?.id() !== made.id())
  const block = made.parent()?.parent()
  const calls = uses.map((use) => changeOf(use, block))
  const known = calls.filter((one) => one !== undefined)
  if (known.length < calls.length) return undefined
  return isKey ? valueOfKey(known, key.text()) : elementAt(known, Number(key.text()))
}

/** `names[0]`, where the array is made of elements that stand there and only read afterwards. */
function elementOfArray(access: SgNode): readonly SgNode[] | undefined {
  const [name, index] = [access.field('array'), access.field('index')]
  const method = access.ancestors().find((node) => methodKinds.test(String(node.kind())))
  if (!method || name?.kind() !== 'identifier' || index?.kind() !== 'decimal_integer_literal') return undefined
  const uses = method.findAll({ rule: { kind: 'identifier', regex: `^${name.text()}$` } })
  const [made, ...reads] = uses.map((use) => use.parent())
  if (made?.kind() !== 'variable_declarator') return undefined
  const isRead = (node: SgNode | null): boolean =>
    node?.kind() === 'array_access' && node.parent()?.field('left')?.id() !== node.id()
  const value = made.field('value')
  const elements = value?.kind() === 'array_initializer' ? value : value?.field('value')
  if (elements?.kind() !== 'array_initializer' || !reads.every(isRead)) return undefined
  const element = elements.namedChildren()[Number(index.text())]
  return element ? [element] : undefined
}

interface Change {
  readonly method: string
  readonly args: readonly SgNode[]
}

/** A call on the collection that certainly happens; undefined for any other use of it. */
function changeOf(use: SgNode, block: SgNode | null | undefined): Change | undefined {
  const call = use.parent()
  if (call?.kind() !== 'method_invocation' || call.field('object')?.id() !== use.id()) return undefined
  const method = call.field('name')?.text() ?? ''
  const args = call.field('arguments')?.namedChildren() ?? []
  if (/^(get|size|isEmpty|contains|containsKey)$/.test(method)) return { method: 'get', args }
  const statement = call.parent()
  const isAlways = statement?.kind() === 'expression_statement' && statement.parent()?.id() === block?.id()
  return isAlways && /^(put|add|remove|clear)$/.test(method) ? { method, args } : undefined
}

function valueOfKey(changes: readonly Change[], key: string): readonly SgNode[] | undefined {
  const puts = changes.filter(({ method }) => method !== 'get')
  if (puts.some(({ method, args }) => method !== 'put' || args[0]?.kind() !== 'string_literal')) return undefined
  const value = puts.findLast(({ args }) => args[0]?.text() === key)?.args[1]
  return value ? [value] : []
}

function elementAt(changes: readonly Change[], place: number): readonly SgNode[] | undefined {
  const elements: SgNode[] = []
  for (const { method, args } of changes) {
    const [first, ...more] = args
    if (method === 'get') continue
    if (method === 'clear') elements.length = 0
    else if (!first || more.length > 0) return undefined
    else if (method === 'add') elements.push(first)
    else if (method === 'remove' && first.kind() === 'decimal_integer_literal') elements.splice(Number(first.text()), 1)
    else return undefined
  }
  const value = elements[place]
  return value ? [value] : []
}
