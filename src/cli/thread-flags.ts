import { Flags } from '../plugin-api/base-command.ts'
import { type ThreadOption, type ThreadWord, threadOptions } from './thread-options.ts'

/** The thread options as oclif flags, for help; those that every command has are left to the base class. */
export const threadFlags = Object.fromEntries(
  threadOptions
    .filter(
      ({ name }) =>
        !['json', 'config', 'profile', 'security-profile', 'cd', 'strict-config', 'no-cache', 'debug'].includes(name),
    )
    .map((option: ThreadOption) => [option.name, flagOf(option)]),
)

/** The thread options as the help of `codex WORD` lists them: with those of the word. */
export function threadFlagsOf(word: ThreadWord) {
  const own = (threadOptions as readonly ThreadOption[]).filter(({ of }) => of?.includes(word))
  return { ...threadFlags, ...Object.fromEntries(own.map((each) => [each.name, flagOf({ ...each, hidden: false })])) }
}

function flagOf({ short, aliases = [], takes, values, summary, of, hidden = of !== undefined }: ThreadOption) {
  const common = { description: summary, hidden, aliases: [...aliases], ...(short && { char: short as 'm' }) } // a letter of the table
  if (takes === 'none') return Flags.boolean(common)
  const valued = { ...common, ...(values && { options: [...values] }) }
  return takes !== 'one' ? Flags.string({ ...valued, multiple: true }) : Flags.string(valued)
}
