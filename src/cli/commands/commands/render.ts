import { Args, BaseCommand, Flags } from '../../../plugin-api/base-command.ts'
import { parseVariables } from '../../parse-variables.ts'
import { isStdinPiped, readStdin } from '../../read-prompt.ts'

export default class CommandsRender extends BaseCommand {
  static override summary = 'Print the prompt that a slash command would send, and run nothing.'
  static override usage = 'commands render NAME [-- ARGUMENTS]'
  static override strict = false
  static override args = { name: Args.string({ required: true, description: 'Its name.', ignoreStdin: true }) }
  static override flags = {
    var: Flags.string({ multiple: true, multipleNonGreedy: true, description: 'Value for vars.NAME: name=value.' }),
    selection: Flags.string({ description: 'What {{selection}} is: FILE, FILE:LINE or FILE:FROM-TO.' }),
  }

  async run(): Promise<void> {
    const { argv, flags } = await this.parse(CommandsRender)
    const [name = '', ...rest] = argv.map(String)
    const kernel = await this.kernel(flags)
    const { selection } = flags
    const expanded = await kernel.expand(
      {
        input: name.startsWith('/') ? name : `/${name}`,
        argv: rest,
        vars: parseVariables(flags.var ?? []),
        ...(selection !== undefined && { selection: { type: 'location', location: selection } }),
        ...(isStdinPiped() && { readSelection: async () => new TextDecoder().decode(await readStdin()) }),
      },
      this.signal,
    )
    for (const note of expanded.notes) this.logToStderr(note)
    this.print({ text: expanded.text, data: expanded }, flags)
  }
}
