import { parseToml } from '../config/toml.ts'
import { isCodexError } from '../plugin-api/errors.ts'
import type { DefinitionFile, Diagnostic, Locate } from '../plugin-api/index.ts'
import { diagnosticOfError } from './diagnostic-of-error.ts'

export type TomlDefinition =
  | { readonly value: Readonly<Record<string, unknown>>; readonly locate: Locate }
  | { readonly problem: Diagnostic }

/** Reads a definition's TOML; what is no TOML is a diagnostic with its place. */
export function parseTomlDefinition({ file, text }: DefinitionFile, code: string): TomlDefinition {
  try {
    const { value, locate } = parseToml(text, file)
    // A field that is not there is shown at the nearest table around it.
    const nearest: Locate = (path) => locate(path) ?? (path.length === 0 ? undefined : nearest(path.slice(0, -1)))
    return { value, locate: nearest }
  } catch (error) {
    if (!isCodexError(error)) throw error
    return { problem: diagnosticOfError(error, file, code) }
  }
}
