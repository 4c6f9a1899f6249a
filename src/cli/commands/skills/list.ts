import { BaseCommand } from '../../../plugin-api/base-command.ts'
import { loadedSkills, originOf } from '../../loaded-skills.ts'

export default class SkillsList extends BaseCommand {
  static override summary = 'List the skills, and where each comes from.'

  async run(): Promise<void> {
    const { flags } = await this.parse(SkillsList)
    const skills = await loadedSkills(await this.kernel(flags))
    const width = Math.max(0, ...skills.map(({ id }) => id.length))
    const lines = skills.map(
      (skill) => `$${skill.id.padEnd(width)}  ${skill.value.description.replaceAll(/\s+/g, ' ')}  [${originOf(skill)}]`,
    )
    const data = skills.map(({ id, value, origin, shadows }) => ({
      ...{ id, description: value.description, file: origin.file, layer: origin.layer, trusted: origin.trusted },
      ...(origin.plugin !== undefined && { plugin: origin.plugin }),
      shadows: shadows.map(({ file }) => file),
    }))
    const none = 'There are no skills. Write one: codex skills new NAME'
    this.print({ text: lines.length > 0 ? lines.join('\n') : none, data }, flags)
  }
}
