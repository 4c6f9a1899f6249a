import type { Binding } from './expression.ts'
import type { SgNode } from './open-parser.ts'
import { type AddBinding, walkBindings } from './walk-bindings.ts'

/** Bindings of one method (or of the file, with the fields of its classes) of Java, in order of the text. */
export function javaBindings(scope: SgNode, functionKinds: ReadonlySet<string>): readonly Binding[] {
  return walkBindings(scope, {
    functionKinds,
    conditional:
      /^(if_statement|for_statement|enhanced_for_statement|while_statement|do_statement|catch_clause|switch_block_statement_group|switch_rule|ternary_expression)$/,
    bind,
  })
}

function bind(node: SgNode, add: AddBinding): void {
  const value = node.field('value')
  const name = node.field('name')
  switch (node.kind()) {
    case 'variable_declarator':
    case 'resource':
      // A declaration alone gives no value: the compiler asks for one before the first use.
      if (name && value) add(name.text(), value)
      return
    case 'enhanced_for_statement':
      if (name) add(name.text(), value, value ? { offset: value.range().end.index } : {})
      return
    case 'assignment_expression': {
      const left = node.field('left')
      const adds = node.field('operator')?.text() !== '='
      if (left?.kind() === 'identifier') add(left.text(), node.field('right'), { adds })
      else if (left?.kind() === 'field_access' && left.field('object')?.text() === 'this')
        add(left.field('field')?.text() ?? '', node.field('right'), { adds })
      else for (const root of rootName(left)) add(root, node.field('right'), { adds: true })
      return
    }
    case 'method_invocation':
      bindAdded(node, add)
      return
    default:
  }
}

/** `builder.append(text)` and `list.add(value)` add to what they are called on. */
function bindAdded(call: SgNode, add: AddBinding): void {
  if (!/^(append|insert|add|addAll|put|push|offer|set[A-Z]?\w*)$/.test(call.field('name')?.text() ?? '')) return
  let object = call.field('object')
  // `builder.append(a).append(b)`
  while (object?.kind() === 'method_invocation') object = object.field('object')
  if (object?.kind() !== 'identifier') return
  for (const value of call.field('arguments')?.namedChildren() ?? []) add(object.text(), value, { adds: true })
}

function rootName(target: SgNode | null): readonly string[] {
  const object = target?.field('object') ?? target?.field('array')
  if (object?.kind() === 'identifier') return [object.text()]
  return object ? rootName(object) : []
}
