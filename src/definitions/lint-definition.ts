import { CodexError } from '../plugin-api/errors.ts'
import type { CommandDefinition, DefinitionKind, Diagnostic } from '../plugin-api/index.ts'
import { type BuiltinKind, builtinKinds } from './builtin-kinds.ts'
import { parseFile } from './parse-file.ts'

/**
 * All that can be said about one file: what stops it from loading, and for a command what is likely a slip. Empty where there
 * is nothing.
 *
 * @param kind a kind of the program's own by name, or one that a plugin brings
 * @throws CodexError `usage.unknown_definition` for a name that is no kind
 */
export async function lintDefinition(
  kind: BuiltinKind | DefinitionKind<unknown>,
  file: string,
): Promise<readonly Diagnostic[]> {
  const opened = typeof kind === 'string' ? await openBuiltin(kind) : kind
  const definitions = await parseFile(opened, file, { asJson: false })
  return definitions.flatMap((definition) => [
    ...(definition.diagnostics ?? []),
    // `commandKind` gave the value.
    ...(definition.id !== undefined && opened.id === 'command'
      ? slipsOf(definition.value as CommandDefinition, file)
      : []),
  ])
}

function openBuiltin(kind: BuiltinKind): Promise<DefinitionKind<unknown>> {
  if (Object.hasOwn(builtinKinds, kind)) return builtinKinds[kind].open()
  throw new CodexError('usage.unknown_definition', `There is no kind of definition called "${kind}"`, {
    hint: `There are: ${Object.keys(builtinKinds).join(', ')}.`,
  })
}

function slipsOf(command: CommandDefinition, file: string): readonly Diagnostic[] {
  const slips: Diagnostic[] = []
  if (command.description === '') {
    slips.push({
      severity: 'warning',
      code: 'command.lint',
      message: 'The command has no description, so lists show its name alone',
      file,
      line: 1,
      field: 'description',
    })
  }
  const expressions = [...command.template.matchAll(/\{\{.*?\}\}/gs)].join(' ')
  for (const { name } of command.args) {
    if (new RegExp(`(?<![\\w-])${name}(?![\\w-])`).test(expressions)) continue
    slips.push({
      severity: 'warning',
      code: 'command.lint',
      message: `The argument "${name}" is never used in the template`,
      file,
      line: command.templateLine,
      field: 'args',
      hint: `Write {{${name}}} where it belongs, or remove the argument.`,
    })
  }
  return slips
}
