import { resolveProfile } from '../../../definitions/resolve-profile.ts'
import { Args, BaseCommand } from '../../../plugin-api/base-command.ts'
import { profileTerms } from '../../profile-terms.ts'

export default class ProfilesShow extends BaseCommand {
  static override summary =
    'Show what one security profile says, with all that it extends; without an id, the one in force.'
  static override args = { id: Args.string({ description: 'Id of the profile.', ignoreStdin: true }) }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(ProfilesShow)
    const kernel = await this.kernel(flags)
    const [profiles, id] = await Promise.all([kernel.profiles(), args.id ?? kernel.securityProfile()])
    const terms = profileTerms(id, profiles)
    const files = resolveProfile(id, profiles).chain.map(({ origin }) => origin.file)
    const width = Math.max(...Object.keys(terms).map((term) => term.length))
    const lines = Object.entries(terms).map(([term, value]) => `${term.padEnd(width)}  ${value}`)
    const text = [id, ...files.map((file) => `# ${file}`), ...lines].join('\n')
    this.print({ text, data: { id, files, terms } }, flags)
  }
}
