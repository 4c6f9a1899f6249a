import type { CodexError } from '../plugin-api/errors.ts'
import type { Diagnostic } from '../plugin-api/index.ts'

/** An error about a file as a diagnostic. The source excerpt that follows its first line is for people who see nothing else. */
export function diagnosticOfError(error: CodexError, file: string, code: string): Diagnostic {
  const { line, column } = error.location ?? {}
  const [message = ''] = error.message.split('\n')
  return {
    severity: 'error',
    code,
    message,
    file,
    ...(line === undefined ? {} : { line }),
    ...(column === undefined ? {} : { column }),
    ...(error.hint === undefined ? {} : { hint: error.hint }),
  }
}
