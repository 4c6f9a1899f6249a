import { nearestNames } from '../../../kernel/nearest-names.ts'
import { Args, BaseCommand } from '../../../plugin-api/base-command.ts'
import { CodexError } from '../../../plugin-api/errors.ts'
import { originLayers } from '../../../plugin-api/origin.ts'
import { policyLines } from '../../policy-lines.ts'

export default class PoliciesShow extends BaseCommand {
  static override summary = 'Show the rules of one exec policy, with their lines.'
  static override args = {
    id: Args.string({
      required: true,
      description: 'Id of the policy, or the name of a .rules file.',
      ignoreStdin: true,
    }),
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(PoliciesShow)
    const policies = await (await this.kernel(flags)).policies()
    // Policies stand beside each other: several layers may have a default.rules.
    const found = policies.filter(
      ({ id }) => id === args.id || originLayers.some((layer) => id === `${layer}:${args.id}`),
    )
    if (found.length === 0) {
      const nearest = nearestNames(
        args.id,
        policies.map(({ id }) => id),
      )
      throw new CodexError('usage.unknown_definition', `There is no exec policy called "${args.id}"`, {
        hint: nearest.length > 0 ? `Did you mean ${nearest.join(', ')}?` : 'List them: codex policies list',
      })
    }
    const data = found.map(({ id, value, origin }) => ({ ...value, id, origin }))
    this.print({ text: found.map((policy) => policyLines(policy).join('\n')).join('\n\n'), data }, flags)
  }
}
