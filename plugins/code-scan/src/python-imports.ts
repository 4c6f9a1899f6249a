import type { SgNode } from './open-parser.ts'

/**
 * Gives the full name of what is called, by way of the imports of a module: `load` after `from yaml import load` is
 * `yaml.load`, `y.load` after `import yaml as y` too. Other names stay as they are written.
 */
export function pythonNames(root: SgNode): (callee: SgNode) => string {
  const full = new Map<string, string>()
  for (const statement of root.findAll({ rule: { kind: 'import_statement' } })) {
    for (const part of statement.children()) {
      const [name, alias] = [part.field('name')?.text(), part.field('alias')?.text()]
      if (part.kind() === 'aliased_import' && name !== undefined && alias !== undefined) full.set(alias, name)
    }
  }
  for (const statement of root.findAll({ rule: { kind: 'import_from_statement' } })) {
    const from = statement.field('module_name')
    if (!from) continue
    for (const part of statement.children()) {
      if (part.id() === from.id()) continue
      const isAliased = part.kind() === 'aliased_import'
      const name = isAliased ? part.field('name')?.text() : part.kind() === 'dotted_name' ? part.text() : undefined
      const known = isAliased ? part.field('alias')?.text() : name
      if (name !== undefined && known !== undefined) full.set(known, `${from.text()}.${name}`)
    }
  }
  return (callee) => {
    const written = callee.text().replace(/\s+/g, '')
    const [first = '', ...rest] = written.split('.')
    return [full.get(first) ?? first, ...rest].join('.')
  }
}
