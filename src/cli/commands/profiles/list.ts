import { BaseCommand } from '../../../plugin-api/base-command.ts'

/** Where a profile comes from that the program does not bring. */
const from: Readonly<Record<string, string>> = {
  user: '  [yours]',
  plugin: '  [of a plugin]',
  project: '  [of this repository: it only narrows]',
}

export default class ProfilesList extends BaseCommand {
  static override summary = 'List the security profiles; the one in force is marked.'

  async run(): Promise<void> {
    const { flags } = await this.parse(ProfilesList)
    const kernel = await this.kernel(flags)
    const [profiles, current] = await Promise.all([kernel.profiles(), kernel.securityProfile()])
    const width = Math.max(...profiles.map(({ id }) => id.length))
    const lines = profiles.map(
      ({ id, value, origin }) =>
        `${id === current ? '*' : ' '} ${id.padEnd(width)}  ${value.description}${from[origin.layer] ?? ''}`,
    )
    const data = profiles.map(({ id, value, origin }) => ({ ...value, id, origin, current: id === current }))
    this.print({ text: lines.join('\n'), data }, flags)
  }
}
