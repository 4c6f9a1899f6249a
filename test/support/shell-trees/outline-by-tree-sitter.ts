import bash from '@ast-grep/lang-bash'
import { parse, registerDynamicLanguage, type SgNode } from '@ast-grep/napi'
import { type Around, outlineOf, type ShellOutline } from './shell-outline.ts'

const around: Readonly<Record<string, Around>> = {
  command_substitution: 'substitution',
  process_substitution: 'process',
  subshell: 'subshell',
  compound_statement: 'group',
  function_definition: 'function',
  if_statement: 'if',
  for_statement: 'loop',
  c_style_for_statement: 'loop',
  while_statement: 'loop',
  case_statement: 'case',
}

/** Registers the grammar. It is done once in a process. */
export function openTreeSitter(): void {
  registerDynamicLanguage({ bash })
}

/** By tree-sitter-bash. Undefined where it finds an error. */
export function outlineByTreeSitter(script: string): ShellOutline | undefined {
  const root = parse('bash', script).root()
  const lines: string[] = []
  let isBroken = false
  const visit = (node: SgNode, path: readonly Around[]) => {
    const kind = String(node.kind())
    if (kind === 'ERROR') isBroken = true
    if (kind === 'command' || kind === 'declaration_command' || kind === 'unset_command' || kind === 'test_command') {
      const words = wordsOf(node)
      // `[[` is a keyword: what it tests is no command.
      if (words.join('') !== '' && words[0] !== '[[') lines.push(outlineOf(path, words))
    }
    if (kind === 'file_redirect' || kind === 'herestring_redirect') {
      const [operator, target] = node
        .children()
        .filter((child) => child.kind() !== 'file_descriptor' && child.kind() !== 'variable_name')
      if (operator !== undefined && target !== undefined) lines.push(outlineOf(path, [operator.text(), target.text()]))
    }
    const inside = isArithmetic(node) ? undefined : around[kind]
    for (const child of node.children()) visit(child, inside === undefined ? path : [...path, inside])
  }
  visit(root, [])
  return isBroken ? undefined : lines.sort()
}

const notWords = new Set(['file_redirect', 'herestring_redirect', 'heredoc_redirect', 'comment'])

function wordsOf(node: SgNode): readonly string[] {
  const children = node.children().filter((child) => !notWords.has(String(child.kind())))
  if (node.kind() !== 'command') return children.map((child) => child.text())
  const name = children.findIndex((child) => child.kind() === 'command_name')
  return name === -1 ? [] : children.slice(name).map((child) => child.text())
}

/** `((…))` has the kind of a group. */
function isArithmetic(node: SgNode): boolean {
  return node.kind() === 'compound_statement' && node.text().startsWith('((')
}
