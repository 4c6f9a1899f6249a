import { Args, BaseCommand } from '../../../plugin-api/base-command.ts'
import { type DescribedProfile, describeProfile } from '../../../runtime/describe-profile.ts'
import { configInputs } from '../../config-inputs.ts'
import { profileTerms } from '../../profile-terms.ts'

export default class ProfilesShow extends BaseCommand {
  static override summary =
    'Show what a thread under a security profile may do here, and which file says so; without an id, the one in force.'
  static override args = { id: Args.string({ description: 'Id of the profile.', ignoreStdin: true }) }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(ProfilesShow)
    const described = await describeProfile(args.id, configInputs(this.config, flags).runtime)
    const { id, files, additions } = described
    const profiles = files.map(({ profile }) => profile)
    const data = {
      id,
      files: profiles.map(({ origin }) => origin.file),
      narrowed_by: files.flatMap(({ isOwn, profile }) => (isOwn ? [] : profile.origin.file)),
      with: additions,
      terms: profileTerms(profiles),
    }
    this.print({ text: profileText(described), data }, flags)
  }
}

/** Each term with the numbers of the files that say it, where there are several. */
function profileText({ id, files, additions }: DescribedProfile): string {
  const isOne = files.length === 1
  const profiles = files.map(({ profile }) => profile)
  const terms = profileTerms(profiles, (by) => (isOne ? '' : ` [${by.map((each) => profiles.indexOf(each) + 1)}]`))
  const heads = files.map(({ profile: { origin }, isOwn }, index) => {
    const who = origin.layer === 'project' ? 'this repository narrows it' : 'it may do no more here'
    return `${isOne ? '#' : `[${index + 1}]`} ${origin.file}${isOwn ? '' : `  (${who})`}`
  })
  const width = Math.max(...Object.keys(terms).map((term) => term.length))
  const lines = Object.entries(terms).map(([term, value]) => `${term.padEnd(width)}  ${value}`)
  return [id, ...heads, ...additions.map((each) => `with ${each}`), ...lines].join('\n')
}
