import type { CodexError } from '../plugin-api/errors.ts'
import type { Diagnostic } from '../plugin-api/index.ts'

/**
 * An error about a file as a diagnostic. Such errors begin with the place and end with the line, for people who see nothing else; a
 * diagnostic has the place in its fields.
 */
export function diagnosticOfError(error: CodexError, file: string, code: string): Diagnostic {
  const { line, column } = error.location ?? {}
  const [firstLine = ''] = error.message.split('\n')
  const message = firstLine.startsWith(`${file} `)
    ? `The file ${firstLine.slice(file.length + 1)}`
    : firstLine.replace(`${file}:${line}:${column}: `, '')
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
