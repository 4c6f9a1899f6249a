import { nearestNames } from '../kernel/nearest-names.ts'
import type { CommandArgument } from '../plugin-api/command.ts'
import { parseSourceLocation } from './source-location.ts'

/** What was typed for an argument, as its type says; the sentence that says what is wrong with it otherwise. */
export type ReadArgument = { readonly value: unknown } | { readonly problem: string }

/** Reads one word. A list is what stands between its commas, without the spaces around; empty parts are left out. */
export function readArgument(argument: CommandArgument, word: string): ReadArgument {
  const said = `"${word}" for ${argument.name}`
  switch (argument.type) {
    case 'number': {
      const isNumber = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(word) && Number.isFinite(Number(word))
      return isNumber ? { value: Number(word) } : { problem: `${said} is no number` }
    }
    case 'boolean':
      return word === 'true' || word === 'false'
        ? { value: word === 'true' }
        : { problem: `${said} is neither true nor false` }
    case 'enum':
      return readEnum(argument.values ?? [], word, said)
    case 'path':
      return word === '' ? { problem: `${argument.name} is an empty path` } : { value: word }
    case 'list':
      return { value: word.split(',').flatMap((part) => part.trim() || []) }
    case 'location': {
      const location = parseSourceLocation(word)
      return typeof location === 'string' ? { problem: `${said} is no location: ${location}` } : { value: location }
    }
    case 'string':
    case 'text':
      return { value: word }
  }
}

function readEnum(values: readonly string[], word: string, said: string): ReadArgument {
  if (values.includes(word)) return { value: word }
  const [nearest] = nearestNames(word, values)
  const guess = nearest === undefined ? '' : `; did you mean ${nearest}?`
  return { problem: `${said} is not one of ${values.join(', ')}${guess}` }
}
