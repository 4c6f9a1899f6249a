import type { FileFacts } from './file-facts.ts'
import type { SgNode } from './open-parser.ts'

const isValue = { any: [{ kind: 'arrow_function' }, { kind: 'function_expression' }, { kind: 'generator_function' }] }

/** Functions of a file of JavaScript: by name those that a plain call means, by `.name` methods of classes and objects. */
export function javascriptFunctions(root: SgNode): ReadonlyMap<string, SgNode> {
  const find = (kinds: readonly string[]): SgNode[] =>
    root.findAll({ rule: { any: kinds.map((kind) => ({ kind, has: { field: 'value', ...isValue } })) } })
  const named = (node: SgNode, field: string): string => (node.field(field)?.text() ?? '').replace(/^['"#]|['"]$/g, '')
  const byName = new Map<string, SgNode>()
  const add = (name: string, fn: SgNode | null): void => {
    if (fn && /^\.?[\w$]+$/.test(name)) byName.set(name, fn)
  }
  for (const method of root.findAll({ rule: { kind: 'method_definition' } })) add(`.${named(method, 'name')}`, method)
  for (const pair of find(['pair'])) add(`.${named(pair, 'key')}`, pair.field('value'))
  for (const field of findFields(root))
    add(`.${named(field, 'name') || named(field, 'property')}`, field.field('value'))
  for (const assigned of root.findAll({
    rule: { kind: 'assignment_expression', has: { field: 'right', ...isValue } },
  })) {
    const target = assigned.field('left')
    add(
      target?.kind() === 'identifier' ? target.text() : `.${target?.field('property')?.text()}`,
      assigned.field('right'),
    )
  }
  for (const declared of find(['variable_declarator'])) add(named(declared, 'name'), declared.field('value'))
  for (const fn of root.findAll({
    rule: { any: [{ kind: 'function_declaration' }, { kind: 'generator_function_declaration' }] },
  }))
    add(named(fn, 'name'), fn)
  return byName
}

/** Fields of classes, which TypeScript and JavaScript call differently; neither grammar knows the word of the other. */
function findFields(root: SgNode): SgNode[] {
  return root
    .findAll({ rule: { kind: 'class_body' } })
    .flatMap((body) => body.namedChildren())
    .filter((child) => /^(public_)?field_definition$/.test(String(child.kind())))
    .filter((field) => /^(arrow_function|function_expression)$/.test(String(field.field('value')?.kind())))
}

/** Calls of a function: of `.name` those on any object. */
export function javascriptCalls(root: SgNode, name: string): readonly SgNode[] {
  const word = name.replaceAll('$', '\\$')
  const regex = name.startsWith('.') ? `[\\w$)\\]!?]\\s*\\${word}$` : `^(this\\.)?${word}$`
  return root.findAll({ rule: { kind: 'call_expression', has: { field: 'function', regex } } })
}

/** Names that half of all objects have: they say nothing of whose method it is. */
const common =
  /^(get|set|has|add|delete|find\w*|filter|map|forEach|push|pop|query|execute|exec|run|test|match|replace|split|join|send|json|end|on|once|emit|then|catch|log|info|warn|error|debug|create|update|save|remove|call|apply|bind|toString|read|write|open|close|start|stop|init|next|parse|format|render|load|post|put|patch|fetch|request|use|all|keys|values|entries|slice|concat|includes|handle|handler|default|value|name|data|type|id)$/

/** True where the method of the receiver is one of this file: the file makes the object, or nobody else has such a name. */
export function isOwnJavascriptObject(receiver: SgNode, facts: FileFacts, method: string): boolean {
  if (facts.functionNamed(`.${method}`) === undefined) return false
  if (!common.test(method) && method.length > 4) return true
  const text = receiver.text()
  if (!/^(this\.)?[\w$]+$/.test(text))
    return /^\(?new [A-Z]\w*\(/.test(text) && isOwnClass(text.replace(/^\(?new (\w+)[\s\S]*$/, '$1'), facts)
  if (isOwnClass(text, facts)) return true
  return facts.bindingsOf(facts.root, text).some(({ value }) => {
    if (value?.kind() === 'object') return true
    return value?.kind() === 'new_expression' && isOwnClass(value.field('constructor')?.text() ?? '', facts)
  })
}

function isOwnClass(name: string, { root }: FileFacts): boolean {
  if (!/^[A-Z]\w*$/.test(name)) return false
  return root.find({ rule: { kind: 'class_declaration', has: { field: 'name', regex: `^${name}$` } } }) !== null
}

/** True where another file can get hold of the function. */
export function isExportedFunction(fn: SgNode): boolean {
  if (fn.kind() === 'method_definition' || fn.parent()?.kind() === 'pair') return true
  if (fn.parent()?.kind() === 'assignment_expression') return true
  const statement = fn.kind() === 'function_declaration' ? fn : fn.parent()?.parent()
  return statement?.parent()?.kind() === 'export_statement'
}
