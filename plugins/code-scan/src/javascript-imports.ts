import type { SgNode } from './open-parser.ts'

/** What names of a file stand for: `child_process.exec` for `run` of `const run = promisify(require('node:child_process').exec)`. */
export type ImportedNames = ReadonlyMap<string, string>

/** Finds the names that a file of JavaScript takes from modules, and those that it makes of them. */
export function javascriptImports(root: SgNode): ImportedNames {
  const names = new Map<string, string>()
  for (const statement of root.findAll({ rule: { kind: 'import_statement' } })) readImport(statement, names)
  for (const declarator of root.findAll({ rule: { kind: 'variable_declarator' } })) {
    const target = declarator.field('name')
    const value = declarator.field('value')
    const origin = value ? originOf(value, names) : undefined
    if (target && origin !== undefined) bindOrigin(target, origin, names)
  }
  return names
}

/** The full name of what is called, by way of the names that the file imports; the text where it imports none. */
export function importedName(callee: SgNode, names: ImportedNames): string {
  return originOf(callee, names) ?? callee.text().replaceAll('?.', '.').replace(/\s+/g, '')
}

function readImport(statement: SgNode, names: Map<string, string>): void {
  const source = moduleName(statement.field('source')?.text() ?? '')
  for (const clause of statement.namedChildren().filter((child) => child.kind() === 'import_clause')) {
    for (const part of clause.namedChildren()) {
      if (part.kind() === 'identifier') names.set(part.text(), source)
      if (part.kind() === 'namespace_import') names.set(part.namedChildren()[0]?.text() ?? '', source)
      if (part.kind() !== 'named_imports') continue
      for (const specifier of part.namedChildren()) {
        const name = specifier.field('name')?.text() ?? ''
        names.set(specifier.field('alias')?.text() ?? name, name === 'default' ? source : `${source}.${name}`)
      }
    }
  }
}

/** `const cp = …`, `const { exec: run } = …`. */
function bindOrigin(target: SgNode, origin: string, names: Map<string, string>): void {
  if (target.kind() === 'identifier') names.set(target.text(), origin)
  if (target.kind() !== 'object_pattern') return
  for (const part of target.namedChildren()) {
    if (part.kind() === 'shorthand_property_identifier_pattern') names.set(part.text(), `${origin}.${part.text()}`)
    if (part.kind() !== 'pair_pattern') continue
    const value = part.field('value')
    if (value) bindOrigin(value, `${origin}.${part.field('key')?.text()}`, names)
  }
}

/** Functions that give the same function in another form, and clients that are made of a library. */
const wrapping = /^(util\.|bluebird\.|Promise\.)?(promisify|promisifyAll)$/
const making =
  /^(axios|got|ky|needle|request|superagent|undici|ofetch|\$fetch|nodeFetch)\.(create|extend|defaults|agent)$/

function originOf(node: SgNode, names: ImportedNames): string | undefined {
  switch (node.kind()) {
    case 'identifier':
      return names.get(node.text())
    case 'parenthesized_expression':
    case 'await_expression':
    case 'as_expression':
    case 'non_null_expression': {
      const inner = node.namedChildren()[0]
      return inner ? originOf(inner, names) : undefined
    }
    case 'member_expression': {
      const object = node.field('object')
      const origin = object ? originOf(object, names) : undefined
      const property = node.field('property')?.text()
      if (origin === undefined) return undefined
      return property === 'default' || property === 'promises' ? origin : `${origin}.${property}`
    }
    case 'call_expression':
      return originOfCall(node, names)
    default:
      return undefined
  }
}

function originOfCall(call: SgNode, names: ImportedNames): string | undefined {
  const callee = call.field('function')
  const arg = call.field('arguments')?.namedChildren()[0]
  if (!callee) return undefined
  if (/^(require|import)$/.test(callee.text())) return arg?.kind() === 'string' ? moduleName(arg.text()) : undefined
  if (callee.text().length > 40) return undefined
  const name = importedName(callee, names)
  if (wrapping.test(name) && arg) return importedName(arg, names)
  return making.test(name) ? name.replace(/\.\w+$/, '') : undefined
}

const moduleName = (quoted: string): string =>
  quoted
    .slice(1, -1)
    .replace(/^node:/, '')
    .replace(/\/promises$/, '')
