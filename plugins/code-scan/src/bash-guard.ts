import type { SgNode } from './open-parser.ts'

const leaves = /\b(exit|return|die|fail|usage|abort|fatal|error)\b/

/** True where a script compared a variable with fixed texts or patterns before it uses it, and left where it was none. */
export function isCheckedInShell(use: SgNode): boolean {
  const name = /^\$\{?(\w+)\}?$/.exec(use.text())?.[1]
  if (name === undefined) return false
  for (let node = use, parent = use.parent(); parent; node = parent, parent = node.parent()) {
    if (parent.kind() === 'function_definition') return false
    if (isChosen(node, parent, name)) return true
    if (node.prevAll().some((before) => refuses(before, name))) return true
  }
  return false
}

/** True inside of a case that names the value, and of an `if` that asked for it. */
function isChosen(node: SgNode, parent: SgNode, name: string): boolean {
  if (node.kind() === 'case_item' && parent.kind() === 'case_statement')
    return subjectOf(parent) === name && !isAnyCase(node)
  if (parent.kind() === 'if_statement') return isTest(parent.field('condition')?.text() ?? '', name)
  return (
    parent.kind() === 'list' &&
    node.prevAll().some((before) => isTest(before.text(), name)) &&
    !/\|\|/.test(parent.text())
  )
}

/** True for a statement after which only a value that was asked for goes on. */
function refuses(statement: SgNode, name: string): boolean {
  const text = statement.text()
  if (statement.kind() === 'case_statement') {
    const other = statement.namedChildren().find((child) => child.kind() === 'case_item' && isAnyCase(child))
    return subjectOf(statement) === name && other !== undefined && leaves.test(other.text())
  }
  if (statement.kind() === 'list') return isTest(text, name) && /\|\|/.test(text) && leaves.test(text)
  if (statement.kind() !== 'if_statement') return false
  const condition = statement.field('condition')?.text() ?? ''
  return /^!|\[\s*!|!=|=~.*\|\|/.test(condition) && isTest(condition.replace(/^!\s*/, ''), name) && leaves.test(text)
}

const isAnyCase = (item: SgNode): boolean => /^\(?\*\s*\)/.test(item.text())

const subjectOf = (statement: SgNode): string | undefined =>
  /^["']?\$\{?(\w+)\}?["']?$/.exec(statement.field('value')?.text() ?? '')?.[1]

/** `[[ $name =~ ^… ]]`, `[ "$name" = text ]`, and a `grep` with an anchored pattern. */
function isTest(text: string, name: string): boolean {
  const variable = `["']?\\$\\{?${name}\\}?["']?`
  return (
    new RegExp(
      `\\[\\s*!?\\s*${variable}\\s+(=~\\s+["'(]?\\^|={1,2}\\s+["']?[\\w.-]+["']?\\s|!=\\s+["']?[\\w.-]+["']?\\s)`,
    ).test(text) ||
    new RegExp(`${variable}[^\\n]*\\|\\s*grep\\s[^\\n]*['"]\\^|grep\\s[^\\n]*['"]\\^[^\\n]*<<<\\s*${variable}`).test(
      text,
    )
  )
}
