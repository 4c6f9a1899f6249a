import type { SyntaxNode, Word } from 'unbash'

/**
 * Why a shell refuses what the parser took, or reads it in another way; undefined where it does not. `source` is the text that positions of the node
 * count in. Found by comparing with `bash -n` over generated scripts.
 */
export function refusedSyntax(node: SyntaxNode, source: string): string | undefined {
  switch (node.type) {
    case 'Command':
      if (node.name !== undefined && /^(?:[ \t]|\\\n)*\(/.test(source.slice(node.name.end)))
        return `an open bracket stands behind ${node.name.text}`
      if (/^=[^=]/.test(node.name?.text ?? '')) return `shells differ in what ${node.name?.text} means`
      return patternIn([...(node.name ? [node.name] : []), ...node.args.filter((arg) => arg.type === 'Word')])
    case 'Pipeline':
      return node.commands.length === 0 ? 'no command stands behind time or !' : undefined
    case 'Redirect':
    case 'HereString': {
      const { target } = node
      if (target === undefined) return undefined
      const isDescriptor = /^\d+$/.test(target.text) && /[<>]/.test(source[target.end] ?? '')
      if (isDescriptor) return `the redirection to ${target.text} has no target`
      return /^[^"'$`<>\\]*\(/.test(target.text) ? `${target.text} is no name of a file` : undefined
    }
    case 'HereDoc':
      return /^(?:"[^"]*|'[^']*)$/.test(node.delimiter?.text ?? '') ? 'a quote is not closed' : undefined
    case 'For':
    case 'Select':
      return patternIn(node.wordlist ?? [])
    case 'ArithmeticFor':
      return /^for\s*\(\(/.test(source.slice(node.pos)) ? undefined : 'a loop lacks a bracket'
    case 'CaseItem':
      return patternIn(node.pattern)
    case 'Function':
      return /^[<>|&;()]/.test(node.name.text) ? `${node.name.text} is no name of a function` : undefined
    default:
      return undefined
  }
}

/** Bash refuses `@(a|b)` until extglob is set; in zsh `*(e:cmd:)` runs a command, and `${(e)x}` what a variable says, which bash refuses. */
function patternIn(words: readonly Word[]): string | undefined {
  const found = words.find(
    ({ parts, text }) => text.includes('${(') || parts?.some(({ type }) => type === 'ExtendedGlob'),
  )
  return found && `shells differ in what ${found.text} means`
}
