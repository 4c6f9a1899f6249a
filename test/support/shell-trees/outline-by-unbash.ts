import { forEachChild, parse, type SyntaxNode } from 'unbash'
import { type Around, outlineOf, type ShellOutline } from './shell-outline.ts'

const around: Readonly<Record<string, Around>> = {
  CommandExpansion: 'substitution',
  ArithmeticCommandExpansion: 'substitution',
  ProcessSubstitution: 'process',
  Subshell: 'subshell',
  BraceGroup: 'group',
  Function: 'function',
  If: 'if',
  For: 'loop',
  ArithmeticFor: 'loop',
  While: 'loop',
  Select: 'loop',
  Case: 'case',
}

/** By the parser of the product. Undefined where it finds an error. */
export function outlineByUnbash(script: string): ShellOutline | undefined {
  const lines: string[] = []
  let isBroken = false
  const visit = (node: SyntaxNode, path: readonly Around[]) => {
    if (node.type === 'Script' && (node.errors ?? []).length > 0) isBroken = true
    if (node.type === 'Command' && node.name !== undefined) {
      const args = node.args.map(({ text }) => text)
      lines.push(outlineOf(path, [node.name.text, ...args]))
    }
    if ((node.type === 'Redirect' || node.type === 'HereString') && node.target !== undefined)
      lines.push(outlineOf(path, [node.operator, node.target.text]))
    const inside = around[node.type]
    forEachChild(node, (child) => visit(child, inside === undefined ? path : [...path, inside]))
  }
  visit(parse(script), [])
  return isBroken ? undefined : lines.sort()
}
