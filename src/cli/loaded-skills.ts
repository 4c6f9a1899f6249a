import type { KernelClient } from '../plugin-api/kernel-client.ts'
import type { Definition } from '../plugin-api/origin.ts'
import type { SkillDefinition } from '../plugin-api/skill.ts'

/** The skills in force, by name. */
export async function loadedSkills(kernel: KernelClient): Promise<readonly Definition<SkillDefinition>[]> {
  const skills = await kernel.definitions('skill')
  return skills.map((skill) => ({ ...skill, value: skill.value as SkillDefinition })) // what the kind `skill` gives
}

/** Where a skill comes from, in a few words. */
export function originOf({ origin }: Definition<SkillDefinition>): string {
  return `${origin.plugin ?? origin.layer}${origin.trusted ? '' : ', not trusted'}`
}
