import { decodeText } from '../config/read-text.ts'
import { isCodexError } from '../plugin-api/errors.ts'
import type { DefinitionKind, Diagnostic, ParsedDefinition } from '../plugin-api/index.ts'
import { diagnosticOfError } from './diagnostic-of-error.ts'
import { limitDiagnostics } from './limit-diagnostics.ts'
import { readDefinitionFile } from './read-definition-file.ts'

interface ParseFileOptions {
  /** Gives the value as the cache would give it back, so that nobody can tell the difference. */
  readonly asJson: boolean
}

/** Reads and parses one file; what goes wrong is a diagnostic, and so is a parser that throws. */
export async function parseFile<T>(
  kind: DefinitionKind<T>,
  file: string,
  options: ParseFileOptions,
): Promise<readonly ParsedDefinition<unknown>[]> {
  const content = readDefinitionFile(file)
  return 'problem' in content ? [{ diagnostics: [content.problem] }] : parseBytes(kind, file, content.bytes, options)
}

/** Parses what was read of a file. @see parseFile */
export function parseBytes<T>(
  kind: DefinitionKind<T>,
  file: string,
  bytes: Uint8Array,
  options: ParseFileOptions,
): readonly ParsedDefinition<unknown>[] {
  try {
    const definitions = limitDiagnostics(kind.parse({ file, text: decodeText(bytes, file) }), file)
    return options.asJson ? JSON.parse(JSON.stringify(definitions)) : definitions
  } catch (error) {
    return [{ diagnostics: [failure(kind.id, file, error)] }]
  }
}

function failure(kind: string, file: string, error: unknown): Diagnostic {
  if (isCodexError(error)) return diagnosticOfError(error, file, 'definition.unreadable')
  const reason = error instanceof Error ? error.message : String(error)
  return { severity: 'error', code: `${kind}.invalid`, message: `The file cannot be taken as ${kind}: ${reason}`, file }
}
