import type { Binding } from './expression.ts'
import type { SgNode } from './open-parser.ts'
import { type AddBinding, walkBindings } from './walk-bindings.ts'

/** Bindings of one function (or file) of Go, in order of the text. */
export function goBindings(scope: SgNode, functionKinds: ReadonlySet<string>): readonly Binding[] {
  return walkBindings(scope, {
    functionKinds,
    conditional: /^(if_statement|for_statement|expression_case|type_case|default_case|communication_case)$/,
    bind,
  })
}

function bind(node: SgNode, add: AddBinding): void {
  switch (node.kind()) {
    case 'short_var_declaration':
      bindLists(node.field('left'), node.field('right'), add)
      return
    case 'assignment_statement':
      bindLists(node.field('left'), node.field('right'), add, node.field('operator')?.text() !== '=')
      return
    case 'range_clause':
      bindLists(node.field('left'), node.field('right'), add)
      return
    case 'var_spec':
    case 'const_spec': {
      const value = node.field('value')
      for (const name of node.namedChildren()) {
        if (name.kind() === 'identifier') add(name.text(), value)
      }
      return
    }
    case 'call_expression':
      bindCall(node, add)
      return
    default:
  }
}

/** `a, b = x, y` binds each name to its own value; `a, err = f()` both to the call. */
function bindLists(left: SgNode | null, right: SgNode | null, add: AddBinding, adds = false): void {
  const targets = left?.namedChildren() ?? []
  const values = right?.kind() === 'expression_list' ? right.namedChildren() : right ? [right] : []
  for (const [index, target] of targets.entries()) {
    const value = values.length === targets.length ? values[index] : values[0]
    if (target.kind() === 'identifier') add(target.text(), value, { adds })
    else for (const name of rootName(target)) add(name, value, { adds: true })
  }
}

/** Methods that fill what they are given, also a pointer without `&`. */
const filling = /^((Should|Must)?Bind\w*|\w+Parser|Decode|ReadJSON)$/

/** `json.Unmarshal(data, &value)` and `c.Bind(&value)` fill the value; `builder.WriteString(text)` adds to the builder. */
function bindCall(call: SgNode, add: AddBinding): void {
  const callee = call.field('function')
  const args = call.field('arguments')?.namedChildren() ?? []
  const isFilling = filling.test(callee?.field('field')?.text() ?? '')
  const filled = args.filter(
    (arg) =>
      (arg.kind() === 'unary_expression' && arg.text().startsWith('&')) || (isFilling && arg.kind() === 'identifier'),
  )
  const given = args.filter((arg) => !filled.includes(arg))
  const receiver = callee?.kind() === 'selector_expression' ? callee.field('operand') : null
  for (const target of filled) {
    const name = target.kind() === 'identifier' ? target : target.field('operand')
    if (name?.kind() !== 'identifier') continue
    const values = given.length > 0 ? given : receiver ? [receiver] : []
    for (const value of values) add(name.text(), value, { adds: true })
    // A framework's Bind reads the request by itself: the call is the source.
    add(name.text(), call, { adds: true })
  }
  if (
    receiver?.kind() === 'identifier' &&
    /^(Write|WriteString|WriteByte|Add|Set)$/.test(callee?.field('field')?.text() ?? '')
  ) {
    for (const value of args) add(receiver.text(), value, { adds: true })
  }
}

/** `request` in `request.Path = …`. */
function rootName(target: SgNode): readonly string[] {
  const object = target.field('operand')
  if (object?.kind() === 'identifier') return [object.text()]
  return object ? rootName(object) : []
}
