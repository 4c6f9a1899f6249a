import { parse as parseStrict } from '@iarna/toml'
import { parse as parseLenient, TomlError } from 'smol-toml'
import type { Locate } from '../plugin-api/diagnostic.ts'
import { CodexError } from '../plugin-api/errors.ts'
import { indexLines } from './line-index.ts'
import { plainTomlTable, UnsupportedTomlValue } from './plain-toml-value.ts'
import { locateIn } from './scan-toml.ts'
import { sourceExcerpt } from './source-excerpt.ts'
import { findTooDeepToml, maxTomlDepth } from './toml-nesting.ts'

export interface ParsedToml {
  /** Plain objects, arrays, strings, numbers and booleans; dates are ISO strings. */
  readonly value: Record<string, unknown>
  readonly locate: Locate
}

/**
 * Reads TOML. @iarna/toml answers; what only TOML 1.1 allows (line breaks and a trailing comma in an inline table, `\e`,
 * `\xHH`, a time without seconds) is read by smol-toml, which also says where an error is. A key `__proto__`
 * and an integer that a number cannot hold exactly are errors.
 * @throws CodexError `config.unreadable` with location; the message shows the line with a caret
 */
export function parseToml(text: string, file: string): ParsedToml {
  const source = text.startsWith('\uFEFF') ? text.slice(1) : text
  const locate = locateIn(source)
  const tooDeep = findTooDeepToml(source)
  if (tooDeep !== undefined) {
    const place = indexLines(source)(tooDeep)
    throw new CodexError('config.unreadable', `Nested more than ${maxTomlDepth} deep`, {
      location: { file, ...place },
      hint: 'Nest tables and arrays less deep.',
    })
  }
  try {
    return { value: plainTomlTable(parseWithEither(source)), locate }
  } catch (error) {
    if (error instanceof TomlError) {
      throw unreadable(file, source, { line: error.line, column: error.column }, firstLine(error.message), error)
    }
    if (error instanceof UnsupportedTomlValue) {
      throw unreadable(file, source, locate(error.path) ?? { line: 1, column: 1 }, error.message, error)
    }
    throw error
  }
}

/**
 * Dotted keys that are named like a property of every object (`constructor.keys = 1`) make @iarna/toml 3.0 write to the
 * property of the program's own objects, so a text that holds such a name goes to smol-toml, and so does one with an
 * escape that could spell it.
 */
const unsafeForStrict = new RegExp(`${Object.getOwnPropertyNames(Object.prototype).join('|')}|\\\\[uUx]`)

function parseWithEither(text: string): unknown {
  if (unsafeForStrict.test(text)) return parseLenient(text)
  try {
    return parseStrict(text)
  } catch {
    return parseLenient(text)
  }
}

function unreadable(
  file: string,
  text: string,
  place: { line: number; column: number },
  problem: string,
  cause: unknown,
): CodexError {
  return new CodexError('config.unreadable', `${problem}\n${sourceExcerpt(text, place)}`, {
    cause,
    location: { file, ...place },
    hint: 'Correct the line, or comment it out with #.',
  })
}

function firstLine(message: string): string {
  return (message.split('\n')[0] ?? message).replace('Invalid TOML document: ', 'Not valid TOML: ')
}
