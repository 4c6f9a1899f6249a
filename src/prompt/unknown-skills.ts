import type { Definition, SkillDefinition } from '../plugin-api/index.ts'

type Env = Readonly<Record<string, string | undefined>>

/** `$name`, with what stands before it on its line. */
const mention =
  /(?<=^(?<before>[^\n]*))(?<![\w$\\"'=/{(:-])\$(?<name>(?:project:)?[a-z][a-z0-9_-]*[a-z0-9])(?![\w=([/:.]*[\w=([/:])/gm
/** Behind these a name is meant to be used, and not the value of a variable. */
const asked = /(?:^|\b(?:use|using|apply|follow|invoke|skills?))\s*(?:the\s+)?(?:skills?\s+)?$/i

/**
 * A sentence for each `$name` of a prompt that is no skill and reads like one: at the beginning of a line, behind "use", before "skill",
 * or near the name of one. Prompts have shell variables too: those of the environment, in capitals, in code and in other places are passed over.
 */
export async function unknownSkills(
  prompt: string,
  skills: readonly Definition<SkillDefinition>[],
  env: Env,
): Promise<readonly string[]> {
  if (skills.length === 0) return []
  const known = skills.map(({ id }) => id)
  const text = prompt.replaceAll(/```[\s\S]*?(?:```|$)|`[^`\n]*`/g, (code) => code.replaceAll('$', ' '))
  const notes = new Map<string, string>()
  for (const found of text.matchAll(mention)) {
    const { name = '', before = '' } = found.groups ?? {}
    if (known.includes(name) || known.includes(`project:${name}`) || env[name] !== undefined) continue
    const { nearestNames } = await import('../kernel/nearest-names.ts') // few prompts name what is not there
    const [nearest] = nearestNames(name, known)
    const isSaid = /^\s+skills?\b/i.test(text.slice(found.index + found[0].length))
    if (nearest === undefined && !isSaid && !asked.test(before)) continue
    const hint = nearest === undefined ? 'codex skills list shows those that there are' : `did you mean $${nearest}?`
    notes.set(name, `There is no skill ${name}, so $${name} stays as it is: ${hint}`)
  }
  return [...notes.values()]
}
