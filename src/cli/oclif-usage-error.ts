import type { Command, Errors } from '@oclif/core'
import { offerNearest } from '../kernel/nearest-names.ts'
import { CodexError } from '../plugin-api/errors.ts'

/** What oclif says of the flags and arguments of `command`, in our words and with our exit code; any other error as it is. */
export function oclifUsageError(error: unknown, command: Command.Loadable | undefined): unknown {
  if (!isCliError(error)) return error
  if (error.oclif.exit === 0) return new CodexError('usage.arguments', error.message)
  const unknown = /^Nonexistent flags?: (?<flag>[^\s,]+)/.exec(error.message)?.groups?.flag
  if (unknown !== undefined) return unknownFlag(unknown, command, error)
  const message = error.message
    .replace(/\n(?:See more help|Note:).*$/s, '')
    .replace(/\s+/g, ' ')
    .trim()
  return new CodexError('usage.arguments', message, {
    hint: "For more information, try '--help'.",
    cause: error,
  })
}

/** Of oclif; a plugin may bring a copy of its own, whose classes are others. */
function isCliError(error: unknown): error is Errors.CLIError {
  return error instanceof Error && 'oclif' in error && typeof error.oclif === 'object'
}

/** In the words of `codex exec`. */
function unknownFlag(typed: string, command: Command.Loadable | undefined, cause: unknown): CodexError {
  const known = Object.values(command?.flags ?? {}).flatMap(({ name, hidden }) => (hidden ? [] : [name]))
  const word = typed.replace(/=.*$/s, '')
  const offer = word.startsWith('--') ? offerNearest(word.slice(2), known, (name) => `--${name}`) : ''
  return new CodexError('usage.arguments', `unexpected argument '${word}' found`, {
    hint: `${offer}For more information, try '--help'.`,
    cause,
  })
}
