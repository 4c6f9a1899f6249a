import { basename, extname } from 'node:path'
import type { Diagnostic } from '../plugin-api/diagnostic.ts'
import { CodexError } from '../plugin-api/errors.ts'

/** The error for a definition that was asked for and has a file that did not load; undefined where no file has its name. */
export function brokenDefinition(id: string, diagnostics: readonly Diagnostic[]): CodexError | undefined {
  const name = id.replace(/^project:/, '')
  const found = diagnostics.find(
    ({ severity, file }) => severity === 'error' && file !== undefined && basename(file, extname(file)) === name,
  )
  if (found?.file === undefined) return undefined
  const { file, line, column, field, expected, hint } = found
  const what = expected === undefined ? found.message : `${found.message} (expected ${expected})`
  return new CodexError('definition.invalid', `"${id}" did not load: ${what}`, {
    ...(hint !== undefined && { hint }),
    location: {
      file,
      ...(line !== undefined && { line }),
      ...(column !== undefined && { column }),
      ...(field !== undefined && { field }),
    },
  })
}
