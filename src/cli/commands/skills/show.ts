import { nearestNames } from '../../../kernel/nearest-names.ts'
import { Args, BaseCommand } from '../../../plugin-api/base-command.ts'
import { CodexError } from '../../../plugin-api/errors.ts'
import { loadedSkills, originOf } from '../../loaded-skills.ts'

export default class SkillsShow extends BaseCommand {
  static override summary = 'Show one skill: where it comes from, and its text.'
  static override args = {
    name: Args.string({ required: true, description: 'Its name, with or without $.', ignoreStdin: true }),
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(SkillsShow)
    const skills = await loadedSkills(await this.kernel(flags))
    const name = args.name.replace(/^\$/, '')
    const skill = skills.find(({ id }) => id === name) ?? skills.find(({ id }) => id === `project:${name}`)
    if (!skill) {
      const nearest = nearestNames(
        name,
        skills.map(({ id }) => id),
      )
      throw new CodexError('usage.unknown_definition', `There is no skill called "${name}"`, {
        hint: nearest.length > 0 ? `Did you mean ${nearest.join(', ')}?` : 'List them: codex skills list',
      })
    }
    const { id, value, origin, shadows } = skill
    const hidden = shadows.map(({ file }) => `hides ${file}`)
    const text = [`$${id}  [${originOf(skill)}]`, origin.file, ...hidden, '', value.text.trimEnd()].join('\n')
    this.print({ text, data: { id, ...value, file: origin.file, layer: origin.layer, trusted: origin.trusted } }, flags)
  }
}
