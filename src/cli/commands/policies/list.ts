import { BaseCommand } from '../../../plugin-api/base-command.ts'

export default class PoliciesList extends BaseCommand {
  static override summary = 'List the exec policies, with where each comes from and how many rules it has.'

  async run(): Promise<void> {
    const { flags } = await this.parse(PoliciesList)
    const kernel = await this.kernel(flags)
    const data = (await kernel.policies()).map(({ id, value, origin }) => {
      const count = (decision: string) => value.rules.filter((rule) => rule.decision === decision).length
      const { description } = value
      const decisions = { allow: count('allow'), prompt: count('prompt'), forbidden: count('forbidden') }
      return {
        ...{ id, description, file: origin.file, layer: origin.layer, trusted: origin.trusted },
        rules: decisions,
      }
    })
    const width = Math.max(...data.map(({ id }) => id.length))
    const lines = data.map(({ id, rules, layer, file, trusted }) => {
      const counts = `${rules.allow} allow, ${rules.prompt} prompt, ${rules.forbidden} forbidden`
      return `${id.padEnd(width)}  ${counts}  [${layer}${trusted ? '' : ', not trusted: allow does not count'}]  ${file}`
    })
    this.print({ text: lines.join('\n'), data }, flags)
  }
}
