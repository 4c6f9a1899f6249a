import type { MarkedToken, Token } from 'marked'

export type { MarkedToken, Token, Tokens } from 'marked'

/** Reads Markdown (GitHub's) as tokens. */
export type LexMarkdown = (text: string) => readonly MarkedToken[]

/** Loads the reader. */
export async function loadMarkdown(): Promise<LexMarkdown> {
  const { Lexer } = await import('marked')
  return (text) => knownTokens(Lexer.lex(text))
}

/** Without extensions there are no other tokens than marked's own. */
export function knownTokens(tokens: readonly Token[] | undefined): readonly MarkedToken[] {
  return (tokens ?? []) as readonly MarkedToken[]
}
