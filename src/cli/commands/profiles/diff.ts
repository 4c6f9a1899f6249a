import { resolveProfile } from '../../../definitions/resolve-profile.ts'
import { Args, BaseCommand } from '../../../plugin-api/base-command.ts'
import { profileTerms } from '../../profile-terms.ts'

export default class ProfilesDiff extends BaseCommand {
  static override summary = 'Say where two security profiles differ, with all that they extend.'
  static override examples = ['<%= config.bin %> profiles diff offline workspace-write']
  static override args = {
    a: Args.string({ required: true, description: 'Id of one profile.', ignoreStdin: true }),
    b: Args.string({ required: true, description: 'Id of the other.', ignoreStdin: true }),
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(ProfilesDiff)
    const profiles = await (await this.kernel(flags)).profiles()
    const termsOf = (id: string) => profileTerms(resolveProfile(id, profiles).chain)
    const [a, b] = [termsOf(args.a), termsOf(args.b)]
    const terms = [...new Set([...Object.keys(a), ...Object.keys(b)])].filter((term) => a[term] !== b[term])
    const text = terms.map(
      (term) => `${term}\n  ${args.a}: ${a[term] ?? 'not said'}\n  ${args.b}: ${b[term] ?? 'not said'}`,
    )
    const data = Object.fromEntries(
      terms.map((term) => [term, { [args.a]: a[term] ?? null, [args.b]: b[term] ?? null }]),
    )
    this.print({ text: text.join('\n') || `${args.a} and ${args.b} say the same.`, data }, flags)
  }
}
