import { bashSyntax } from './bash-syntax.ts'
import type { Syntax } from './expression.ts'
import { goSyntax } from './go-syntax.ts'
import { javaSyntax } from './java-syntax.ts'
import { javascriptSyntax } from './javascript-syntax.ts'
import type { CodeLanguage } from './language-of.ts'
import { markupSyntax } from './markup-syntax.ts'
import { pythonSyntax } from './python-syntax.ts'

const syntaxes: Readonly<Record<CodeLanguage['name'], Syntax>> = {
  javascript: javascriptSyntax,
  typescript: javascriptSyntax,
  python: pythonSyntax,
  go: goSyntax,
  java: javaSyntax,
  bash: bashSyntax,
  dockerfile: bashSyntax,
  html: markupSyntax,
  yaml: markupSyntax,
  workflow: markupSyntax,
}

/** What following values has to know of a language. */
export function syntaxOf(language: CodeLanguage): Syntax {
  return syntaxes[language.name]
}
