import type { CommandArgument, Diagnostic, Locate } from '../plugin-api/index.ts'
import { reservedTemplateNames } from './reserved-template-names.ts'

/** What the schema of a command cannot say about its arguments: names that clash, defaults that do not fit the type. */
export function checkArguments(
  args: readonly CommandArgument[],
  { file, locate }: { file: string; locate: Locate },
): Diagnostic[] {
  const diagnostics: Diagnostic[] = []
  const report = (severity: 'error' | 'warning', path: (string | number)[], message: string, expected?: string) =>
    diagnostics.push({
      severity,
      code: 'command.argument',
      message,
      file,
      ...(locate(path) ?? {}),
      field: path.join('.'),
      ...(expected === undefined ? {} : { expected }),
    })

  args.forEach((argument, index) => {
    const { name } = argument
    if (args.findIndex((other) => other.name === name) !== index) {
      report('error', ['args', index, 'name'], `Two arguments are called "${name}"`)
    }
    if (reservedTemplateNames.has(name)) {
      const message = `"${name}" has a meaning of its own in templates: this argument is reached as args.${name} alone`
      report('warning', ['args', index, 'name'], message)
    }
    if (argument.type === 'text' && index < args.length - 1) {
      report('error', ['args', index, 'type'], `"${name}" takes all that is left of the line`, 'the last argument')
    }
    if (argument.default === undefined || argument.default === null) return
    const expected = expectedDefault(argument)
    if (expected !== undefined) {
      const message = `The default of "${name}" does not fit its type`
      report('error', ['args', index, 'default'], message, expected)
    }
    if (argument.required) {
      report('warning', ['args', index, 'default'], `"${name}" is required, so its default is never used`)
    }
  })
  return diagnostics
}

/** What the default has to be; undefined where it is that. */
function expectedDefault({ type, values, default: value }: CommandArgument): string | undefined {
  switch (type) {
    case 'number':
      return Number.isFinite(value) ? undefined : 'a number'
    case 'boolean':
      return typeof value === 'boolean' ? undefined : 'true or false'
    case 'enum':
      return values?.some((allowed) => allowed === value) === true ? undefined : values?.join(' | ')
    case 'list':
      return Array.isArray(value) && value.every((item) => typeof item === 'string') ? undefined : 'a list of strings'
    default:
      return typeof value === 'string' ? undefined : 'a string (in quotes, if it looks like something else)'
  }
}
