import { Args, BaseCommand, Flags } from '../../../plugin-api/base-command.ts'
import { parseVariables } from '../../parse-variables.ts'
import { isStdinPiped, readStdin } from '../../read-prompt.ts'

export default class CommandsRender extends BaseCommand {
  static override summary = 'Print the prompt that a slash command would send, and run nothing.'
  static override usage = 'commands render [OPTIONS] NAME [ARGUMENTS]'
  static override args = { name: Args.string({ required: true, description: 'Its name.', ignoreStdin: true }) }
  static override flags = {
    var: Flags.string({ multiple: true, multipleNonGreedy: true, description: 'Value for vars.NAME: name=value.' }),
    selection: Flags.string({ description: 'What {{selection}} is: FILE, FILE:LINE or FILE:FROM-TO.' }),
  }

  async run(): Promise<void> {
    // What stands behind the name is the slash command's own, options included.
    const end = nameEnd(this.argv, valuedFlags({ ...CommandsRender.baseFlags, ...CommandsRender.flags }))
    const own = this.argv.slice(end)
    const { args, flags } = await this.parse(CommandsRender, this.argv.slice(0, end))
    const { name } = args
    const kernel = await this.kernel(flags)
    const { selection } = flags
    const expanded = await kernel.expand(
      {
        input: name.startsWith('/') ? name : `/${name}`,
        argv: own,
        vars: parseVariables(flags.var ?? []),
        ...(selection !== undefined && { selection: { type: 'location', location: selection } }),
        ...(isStdinPiped() && { readSelection: async () => new TextDecoder().decode(await readStdin(this.signal)) }),
      },
      this.signal,
    )
    for (const note of expanded.notes) this.logToStderr(note)
    this.print({ text: expanded.text, data: expanded }, flags)
  }
}

/** How the flags that take a value are written. */
function valuedFlags(flags: Readonly<Record<string, { readonly type: string; readonly char?: string }>>) {
  return new Set(
    Object.entries(flags)
      .filter(([, { type }]) => type === 'option')
      .flatMap(([name, { char }]) => [`--${name}`, ...(char === undefined ? [] : [`-${char}`])]),
  )
}

/** Index behind the first word that is neither an option nor an option's value. */
function nameEnd(argv: readonly string[], valued: ReadonlySet<string>): number {
  const index = argv.findIndex((word, at) => !word.startsWith('-') && !valued.has(argv[at - 1] ?? ''))
  return index === -1 ? argv.length : index + 1
}
