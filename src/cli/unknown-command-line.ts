import { nearestNames } from '../definitions/nearest-names.ts'
import { CodexError } from '../plugin-api/errors.ts'

/** The error for words that name no command, with the nearest that do */
export function unknownCommandLine(words: readonly string[], commands: readonly string[]): CodexError {
  const typed = words.slice(0, 2).join(' ')
  const nearest = [...new Set([...nearestNames(typed, commands), ...nearestNames(words[0] ?? '', commands)])].slice(
    0,
    3,
  )
  const offer = nearest.length > 0 ? `Did you mean ${nearest.map((name) => `codex ${name}`).join(' or ')}? ` : ''
  return new CodexError('usage.unknown_command', `"${typed}" is no command`, {
    hint: `${offer}A prompt goes in quotes: codex "${words.join(' ')}". All commands: codex --help`,
  })
}
