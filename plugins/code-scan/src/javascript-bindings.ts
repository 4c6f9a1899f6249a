import type { Binding } from './expression.ts'
import type { SgNode } from './open-parser.ts'

/** Bindings of one function (or module) of JavaScript, in order of the text; functions inside are left out. */
export function javascriptBindings(scope: SgNode, functionKinds: ReadonlySet<string>): readonly Binding[] {
  const bindings: Binding[] = []
  const body = scope.kind() === 'program' ? scope : scope.field('body')
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
    if (functionKinds.has(kind)) {
      bindings.push(...closureBindings(child, functionKinds))
      continue
    }
    const offset = child.range().end.index
    const declares = kind === 'variable_declarator' || kind === 'for_in_statement'
    const bind = (target: SgNode | null, value: SgNode | null, adds: boolean): void => {
      if (!target) return
      for (const { name, access } of patternNames(target)) {
        bindings.push({ name, access, adds, offset, block, declares, ...(value ? { value } : {}) })
      }
      const root = rootName(target)
      if (root) bindings.push({ name: root, access: [], adds: true, offset, block, ...(value ? { value } : {}) })
    }
    if (kind === 'variable_declarator') bind(child.field('name'), child.field('value'), false)
    else if (kind === 'assignment_expression') bind(child.field('left'), child.field('right'), false)
    else if (kind === 'augmented_assignment_expression') bind(child.field('left'), child.field('right'), true)
    else if (kind === 'for_in_statement') bind(child.field('left'), child.field('right'), false)
    else if (kind === 'call_expression') bindPushed(child, offset, block, bindings)
    const inner =
      kind === 'statement_block' || kind === 'for_in_statement' || kind.endsWith('_clause') || kind === 'switch_case'
    const conditional = inner || kind === 'if_statement' || kind === 'ternary_expression' || kind === 'while_statement'
    collect(child, conditional ? blockOf(child) : block, bindings, functionKinds)
  }
}

/** What a function inside puts into names of the functions around it: it may run or not, and more than once. */
function closureBindings(fn: SgNode, functionKinds: ReadonlySet<string>): readonly Binding[] {
  const body = fn.field('body')
  if (!body) return []
  const inner: Binding[] = []
  // A body that is an expression is no child of itself.
  collect(body.kind() === 'statement_block' ? body : fn, blockOf(fn), inner, functionKinds)
  const own = new Set(inner.filter((one) => one.declares).map((one) => one.name))
  for (const name of parameterNames(fn)) own.add(name)
  return inner
    .filter((one) => !own.has(one.name))
    .map((one) => ({ ...one, adds: true, offset: fn.range().end.index, block: blockOf(fn) }))
}

function parameterNames(fn: SgNode): string[] {
  const single = fn.field('parameter')
  const list = single ? [single] : (fn.field('parameters')?.namedChildren() ?? [])
  return list.flatMap((child) => patternNames(child.field('pattern') ?? child)).map(({ name }) => name)
}

/** `list.push(value)` adds to `list`. */
function bindPushed(call: SgNode, offset: number, block: Binding['block'], bindings: Binding[]): void {
  const callee = call.field('function')
  if (
    callee?.kind() !== 'member_expression' ||
    !/^(push|unshift|append|set)$/.test(callee.field('property')?.text() ?? '')
  )
    return
  const name = callee.field('object')
  if (name?.kind() !== 'identifier') return
  for (const value of call.field('arguments')?.namedChildren() ?? []) {
    bindings.push({ name: name.text(), value, access: [], adds: true, offset, block })
  }
}

/** `settings` in `settings.path = …`. */
function rootName(target: SgNode): string | undefined {
  if (target.kind() !== 'member_expression' && target.kind() !== 'subscript_expression') return undefined
  const object = target.field('object')
  if (object?.kind() === 'identifier') return object.text()
  return object ? rootName(object) : undefined
}

/** Names that a pattern binds, and the properties that lead to each. */
export function patternNames(pattern: SgNode): { name: string; access: string[] }[] {
  switch (pattern.kind()) {
    case 'identifier':
    case 'shorthand_property_identifier_pattern':
    case 'shorthand_property_identifier': {
      const name = pattern.text()
      return [{ name, access: pattern.kind() === 'identifier' ? [] : [name] }]
    }
    case 'object_pattern':
    case 'array_pattern':
    case 'rest_pattern':
      return pattern.namedChildren().flatMap(patternNames)
    case 'pair_pattern': {
      const key = pattern.field('key')?.text() ?? ''
      const value = pattern.field('value')
      return (value ? patternNames(value) : []).map(({ name, access }) => ({ name, access: [key, ...access] }))
    }
    case 'object_assignment_pattern':
    case 'assignment_pattern': {
      const left = pattern.field('left')
      return left ? patternNames(left) : []
    }
    default:
      return []
  }
}
