/** What a script runs, in the words of neither parser: a line for each simple command and each redirection, in no order. */
export type ShellOutline = readonly string[]

/** Constructs around a command. Lists and pipes are none: what stands in them runs as what stands alone. */
export type Around = 'substitution' | 'process' | 'subshell' | 'group' | 'function' | 'if' | 'loop' | 'case'

/** One line: what is around it, outermost first, and its words as the source has them. */
export function outlineOf(around: readonly Around[], words: readonly string[]): string {
  // tree-sitter-bash takes what stands in brackets for an expression of several words.
  const each = words[0] === '[' ? words.flatMap((word) => word.split(' ')) : words
  return [...around, each.map(plainWord).join(' · ')].join(' > ')
}

/** The source of a word. A newline that a backslash hides is no part of it. */
function plainWord(text: string): string {
  return text.replaceAll('\\\n', '')
}
