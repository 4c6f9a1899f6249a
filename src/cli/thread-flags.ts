import { Flags } from '../plugin-api/base-command.ts'
import { type OptionName, type ThreadOption, threadOptions } from './thread-options.ts'

/** The thread options as oclif flags, for help; those that every command has are left to the base class. */
export const threadFlags = Object.fromEntries(
  threadOptions
    .filter(
      ({ name }) =>
        !['json', 'config', 'profile', 'security-profile', 'cd', 'strict-config', 'no-cache', 'debug'].includes(name),
    )
    .map((option: ThreadOption) => [option.name, flagOf(option)]),
)

/** Options of the table that only some commands show in their help. */
export function shown(...names: readonly OptionName[]) {
  const options = threadOptions.filter(({ name }) => names.includes(name))
  return Object.fromEntries(options.map((option: ThreadOption) => [option.name, flagOf({ ...option, hidden: false })]))
}

function flagOf({ short, aliases = [], takes, values, summary, hidden = false }: ThreadOption) {
  const common = { description: summary, hidden, aliases: [...aliases], ...(short && { char: short as 'm' }) } // a letter of the table
  if (takes === 'none') return Flags.boolean(common)
  const valued = { ...common, ...(values && { options: [...values] }) }
  return takes !== 'one' ? Flags.string({ ...valued, multiple: true }) : Flags.string(valued)
}
