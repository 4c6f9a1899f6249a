import { formatLocation } from '../plugin-api/diagnostic.ts'
import { exitCodes, isCodexError } from '../plugin-api/errors.ts'
import { terminalLine, terminalText } from '../plugin-api/terminal-text.ts'

/** An error as text for stderr, in which nothing drives the terminal, and the exit code that goes with it. A stack is shown with `debug` alone. */
export function reportError(
  error: unknown,
  options: { readonly debug: boolean },
): { readonly text: string; readonly exitCode: number } {
  const stack = options.debug && error instanceof Error ? `\n${error.stack}` : ''
  if (!isCodexError(error)) {
    const message = error instanceof Error ? error.message : String(error)
    const ask = options.debug ? '' : '\nhint: run again with --debug for the stack; this should not happen.'
    return { text: terminalText(`error: ${message}${ask}${stack}\n`), exitCode: exitCodes.failed }
  }
  const place = error.location ? terminalLine(formatLocation(error.location)) : ''
  const field = error.location?.field ? ` (field: ${error.location.field})` : ''
  const isPlaceTold = place === '' || error.message.includes(place)
  const lines = [
    `error: ${error.message}`,
    ...(isPlaceTold ? [] : [`  at ${place}${field}`]),
    ...(error.hint ? [`hint: ${error.hint}`] : []),
    `code: ${error.code}`,
  ]
  return { text: terminalText(`${lines.join('\n')}${stack}\n`), exitCode: error.exitCode }
}
