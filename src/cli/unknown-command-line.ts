import type { Config } from '@oclif/core'
import { nearestNames } from '../kernel/nearest-names.ts'
import { CodexError } from '../plugin-api/errors.ts'

/**
 * The error for words that name no command, with the nearest that do. Nothing is run in their place.
 *
 * @param helpWords what `codex help` explains besides, as `help NAME`
 */
export function unknownOf(words: readonly string[], config: Config, helpWords: readonly string[] = []): CodexError {
  const [first = '', second] = words
  const typed = words.slice(0, 2).join(' ')
  const commands = config.commandIDs.map((id) => id.replaceAll(':', ' '))
  const topics = config.topics.map(({ name }) => name.replaceAll(':', ' '))
  const isTopic = topics.includes(first)
  // Under a topic the second word is the wrong one; else the first is, and the second helps to tell which was meant.
  const ofTopic = commands.flatMap((id) => (id.startsWith(`${first} `) ? [id.slice(first.length + 1)] : []))
  const nearest = isTopic
    ? nearestNames(second ?? '', ofTopic).map((name) => `${first} ${name}`)
    : [
        ...new Set([
          ...nearestNames(typed, commands),
          ...nearestNames(first, [...commands, ...topics]),
          ...nearestNames(`help ${first}`, helpWords),
        ]),
      ]
  const names = nearest.slice(0, 3).map((name) => `codex ${name}`)
  const offer = names.length > 0 ? `Did you mean ${names.join(' or ')}? ` : ''
  const all = isTopic ? `codex ${first} --help` : 'codex --help'
  return new CodexError('usage.unknown_command', `"${typed}" is no command`, {
    hint: `${offer}${asPrompt(words)}All commands: ${all}`,
  })
}

/** How the words would be a prompt. Blank ones are none: a variable that is not set, most often. */
function asPrompt(words: readonly string[]): string {
  const text = words.join(' ')
  if (text.trim() === '') return ''
  return words.length === 1 ? `As a prompt: codex -- ${text}. ` : `A prompt goes in quotes: codex "${text}". `
}
