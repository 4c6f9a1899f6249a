import { diagnosticOfError } from '../definitions/diagnostic-of-error.ts'
import { templateFunctions } from '../definitions/reserved-template-names.ts'
import type { CommandDefinition } from '../plugin-api/command.ts'
import type { Diagnostic } from '../plugin-api/diagnostic.ts'
import { isCodexError } from '../plugin-api/errors.ts'
import { compileTemplate } from './compile-template.ts'
import { templateNames } from './template-names.ts'

/** What stops a command's template from compiling, names that it cannot use included. Empty: it compiles. */
export function lintTemplate(command: CommandDefinition, file: string): readonly Diagnostic[] {
  const options = { names: templateNames(command), functions: templateFunctions }
  try {
    compileTemplate(command.template, file, command.templateLine, options)
    return []
  } catch (error) {
    if (!isCodexError(error)) throw error
    return [diagnosticOfError(error, file, error.code)]
  }
}
