import { structureOf } from './code-structure.ts'
import { isTooDeep } from './is-too-deep.ts'
import { type FunctionMeasure, linesWithCode, measureFunctions } from './measure-functions.ts'
import type { CodeParser, SgNode } from './open-parser.ts'
import type { SourceText } from './scan-text.ts'
import { syntaxOf } from './syntax-of.ts'
import { type CodeTokens, tokenizeCode } from './tokenize-code.ts'

/** A text in numbers. */
export interface TextMeasures {
  readonly functions: readonly FunctionMeasure[]
  /** Lines that hold more than white space and comments. */
  readonly codeLines: number
  /** Its words, to be compared with those of other texts. */
  readonly tokens: CodeTokens
}

/** Measures code of a language that has functions; undefined for others. @throws Error where it cannot be read safely */
export function measureText({ text, language }: SourceText, parser: CodeParser): TextMeasures | undefined {
  const syntax = syntaxOf(language).id
  const structure = language.name === 'dockerfile' ? undefined : structureOf(syntax)
  const tokens = tokenizeCode(text, syntax)
  if (!structure || !tokens) return undefined
  const root = parser.parse(language.grammar, text)
  if (isTooDeep(root)) throw new Error('its code is nested too deeply')
  const functions = measureFunctions(root, text, structure).map(({ node: _, ...measure }) => measure)
  return { functions, codeLines: linesWithCode(text, commentsOf(root, structure.kinds)).filter(Boolean).length, tokens }
}

function commentsOf(root: SgNode, kinds: Readonly<Record<string, string>>): readonly SgNode[] {
  const comments = Object.keys(kinds).filter((kind) => kind.includes('comment'))
  return root.findAll({ rule: { any: comments.map((kind) => ({ kind })) } })
}
