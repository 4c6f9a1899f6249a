import type { Binding } from './expression.ts'
import type { SgNode } from './open-parser.ts'

/** Bindings of one function (or module) of Python, in order of the text; functions inside are left out. */
export function pythonBindings(scope: SgNode, functionKinds: ReadonlySet<string>): readonly Binding[] {
  const bindings: Binding[] = []
  const body = scope.kind() === 'module' ? scope : scope.field('body')
  if (body) collect(body, blockOf(body), bindings, functionKinds)
  return bindings
}

const blockOf = (node: SgNode): readonly [number, number] => {
  const range = node.range()
  return [range.start.index, range.end.index]
}

function collect(node: SgNode, block: Binding['block'], bindings: Binding[], functionKinds: ReadonlySet<string>): void {
  for (const child of node.namedChildren()) {
    const kind = String(child.kind())
    if (functionKinds.has(kind)) continue
    const range = child.range()
    const bind = (
      target: SgNode | null | undefined,
      value: SgNode | null,
      adds: boolean,
      offset = range.end.index,
    ): void => {
      for (const [name, isPart] of target ? targetNames(target) : []) {
        bindings.push({ name, access: [], adds: adds || isPart, offset, block, ...(value ? { value } : {}) })
      }
    }
    // Of a comprehension the body stands before its variables.
    if (kind === 'for_in_clause') bind(child.field('left'), child.field('right'), false, node.range().start.index)
    else if (kind === 'assignment') bindAssignment(child, bind)
    else if (kind === 'augmented_assignment') bind(child.field('left'), child.field('right'), true)
    else if (kind === 'named_expression') bind(child.field('name'), child.field('value'), false)
    else if (kind === 'for_statement')
      bind(child.field('left'), child.field('right'), false, child.field('right')?.range().end.index)
    else if (kind === 'as_pattern')
      bind(child.field('alias')?.namedChildren()[0] ?? child.field('alias'), child.namedChildren()[0] ?? null, false)
    else if (kind === 'call') bindAppended(child, bind)
    const isConditional =
      /^(if|for|while|try|with|match)_statement$|_clause$|_comprehension$|^generator_expression$/.test(kind)
    collect(
      child,
      isConditional && kind !== 'for_in_clause' && kind !== 'with_clause' && kind !== 'with_statement'
        ? blockOf(child)
        : block,
      bindings,
      functionKinds,
    )
  }
}

type Bind = (target: SgNode | null | undefined, value: SgNode | null, adds: boolean) => void

/** `a, b = x, y` binds each name to its own value. */
function bindAssignment(assignment: SgNode, bind: Bind): void {
  const [left, right] = [assignment.field('left'), assignment.field('right')]
  if (!right) return
  const targets = /^(pattern_list|tuple_pattern)$/.test(String(left?.kind())) ? left?.namedChildren() : undefined
  const values = /^(expression_list|tuple)$/.test(String(right.kind())) ? right.namedChildren() : undefined
  if (targets && values && targets.length === values.length) {
    for (const [index, target] of targets.entries()) bind(target, values[index] ?? null, false)
  } else {
    bind(left, right, false)
  }
}

/** `parts.append(value)` adds to `parts`. */
function bindAppended(call: SgNode, bind: Bind): void {
  const callee = call.field('function')
  if (
    callee?.kind() !== 'attribute' ||
    !/^(append|extend|insert|add|update)$/.test(callee.field('attribute')?.text() ?? '')
  )
    return
  const name = callee.field('object')
  if (name?.kind() !== 'identifier') return
  for (const value of call.field('arguments')?.namedChildren() ?? []) bind(name, value, true)
}

/** Names that an assignment target binds; true for one of which only a part is set. */
function targetNames(target: SgNode): [string, boolean][] {
  switch (target.kind()) {
    case 'identifier':
      return [[target.text(), false]]
    case 'pattern_list':
    case 'tuple_pattern':
    case 'list_pattern':
    case 'list_splat_pattern':
      return target.namedChildren().flatMap(targetNames)
    case 'attribute':
    case 'subscript': {
      const object = target.field(target.kind() === 'attribute' ? 'object' : 'value')
      return object ? targetNames(object).map(([name]) => [name, true]) : []
    }
    default:
      return []
  }
}
