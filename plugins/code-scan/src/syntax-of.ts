import type { Syntax } from './expression.ts'
import { javascriptSyntax } from './javascript-syntax.ts'
import type { CodeLanguage } from './language-of.ts'
import { pythonSyntax } from './python-syntax.ts'

/** What following values has to know of a language. */
export function syntaxOf(language: CodeLanguage): Syntax {
  return language.family === 'python' ? pythonSyntax : javascriptSyntax
}
