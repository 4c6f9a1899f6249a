import { readTextFile } from '../config/read-text.ts'
import { isCodexError } from '../plugin-api/errors.ts'
import type { DefinitionKind, Diagnostic, ParsedDefinition } from '../plugin-api/index.ts'
import { diagnosticOfError } from './diagnostic-of-error.ts'
import { unreadable } from './find-files.ts'

/**
 * Reads and parses one file; what goes wrong is a diagnostic, and so is a parser that throws.
 *
 * @param options `asJson`: give the value as the cache would give it back, so that nobody can tell the difference
 */
export async function parseFile<T>(
  kind: DefinitionKind<T>,
  file: string,
  options: { readonly asJson: boolean },
): Promise<readonly ParsedDefinition<unknown>[]> {
  try {
    const text = await readTextFile(file)
    const definitions = kind.parse({ file, text })
    return options.asJson ? JSON.parse(JSON.stringify(definitions)) : definitions
  } catch (error) {
    return [{ diagnostics: [failure(kind.id, file, error)] }]
  }
}

function failure(kind: string, file: string, error: unknown): Diagnostic {
  if (isCodexError(error)) return diagnosticOfError(error, file, 'definition.unreadable')
  if (error instanceof Error && 'code' in error && 'syscall' in error) return unreadable(file, 'file', error)
  const reason = error instanceof Error ? error.message : String(error)
  return { severity: 'error', code: `${kind}.invalid`, message: `The file cannot be taken as ${kind}: ${reason}`, file }
}
