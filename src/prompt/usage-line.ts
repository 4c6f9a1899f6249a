import type { CommandArgument, CommandMetadata } from '../plugin-api/command.ts'

/** How a command is called, in one line: `/review [path] [depth=shallow|normal|deep] [--fast]`. */
export function usageLine(command: CommandMetadata & { readonly name: string }): string {
  return [`/${command.name}`, ...command.args.map(describeArgument)].join(' ')
}

function describeArgument(argument: CommandArgument): string {
  const text = describeValue(argument)
  return argument.required ? `<${text}>` : `[${text}]`
}

function describeValue({ name, type, values }: CommandArgument): string {
  switch (type) {
    case 'boolean':
      return `--${name}`
    case 'enum':
      return `${name}=${(values ?? []).join('|')}`
    case 'list':
    case 'text':
      return `${name}...`
    case 'location':
      return `${name}=FILE:FIRST-LAST`
    case 'number':
      return `${name}=NUMBER`
    default:
      return name
  }
}
