import type { Command, Errors } from '@oclif/core'
import { offerNearest } from '../kernel/nearest-names.ts'
import { CodexError } from '../plugin-api/errors.ts'

/** What oclif says of the flags and arguments of `command`, in our words and with our exit code; any other error as it is. */
export function oclifUsageError(error: unknown, command: Command.Loadable | undefined): unknown {
  if (!isCliError(error)) return error
  if (error.oclif.exit === 0) return new CodexError('usage.arguments', error.message)
  const unknown = /^Nonexistent flags?: (?<flag>[^\s,]+)/.exec(error.message)?.groups?.flag
  if (unknown !== undefined) return unknownFlag(unknown, command, error)
  const missing = missingArguments(error.message)
  if (missing !== undefined) return usageError(missing, error)
  const message = error.message
    .replace(/\n(?:See more help|Note:).*$/s, '')
    .replace(/^The following errors? occurred:/, '')
    .replace(/\s+/g, ' ')
    .trim()
  return usageError(message, error)
}

function usageError(message: string, cause: unknown): CodexError {
  return new CodexError('usage.arguments', message, { hint: "For more information, try '--help'.", cause })
}

/** oclif lists them below a heading, a line each: the name, then what it is. */
function missingArguments(message: string): string | undefined {
  const list = /^Missing \d+ required args?:\n(?<list>.+?)(?:\n(?:See more help|Note:).*)?$/s.exec(message)?.groups
    ?.list
  const names = list?.split('\n').flatMap((line) => /^(\S+)/.exec(line)?.[1] ?? [])
  if (names === undefined || names.length === 0) return undefined
  return `the following required arguments were not provided: ${names.map((name) => `<${name.toUpperCase()}>`).join(', ')}`
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
