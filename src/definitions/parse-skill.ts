import { basename, dirname } from 'node:path'
import {
  type DefinitionFile,
  type Diagnostic,
  defineDefinitionKind,
  diagnosticsFromZod,
  type ParsedDefinition,
  type SkillDefinition,
  skillMetadataSchema,
} from '../plugin-api/index.ts'
import { parseFrontMatter } from './parse-front-matter.ts'

/** Folders with a `SKILL.md`: Markdown with the fields `name` and `description` as YAML front matter. */
export const skillKind = defineDefinitionKind<SkillDefinition>({
  id: 'skill',
  parse: (file) => [parseSkill(file)],
})

function parseSkill({ file, text }: DefinitionFile): ParsedDefinition<SkillDefinition> {
  const frontMatter = parseFrontMatter(text, file, 'skill.front_matter')
  if ('problem' in frontMatter) return { diagnostics: [frontMatter.problem] }
  const { data, locate, body, bodyLine } = frontMatter
  if (data === undefined) return { diagnostics: [withoutFrontMatter(file)] }
  const parsed = skillMetadataSchema.safeParse(data ?? {})
  if (!parsed.success) {
    return { diagnostics: diagnosticsFromZod(parsed.error, { file, code: 'skill.schema', locate }) }
  }
  const { name, description } = parsed.data
  if (body.trim() === '') return { diagnostics: [empty(file, bodyLine)] }
  const value = { name, description, text: text.replaceAll('\r\n', '\n') }
  const folder = basename(dirname(file))
  return { id: name, value, ...(folder !== name && { diagnostics: [otherFolder(file, name, folder)] }) }
}

function withoutFrontMatter(file: string): Diagnostic {
  return {
    severity: 'error',
    code: 'skill.front_matter',
    message: 'The skill has no front matter, so nobody knows what it is for',
    file,
    line: 1,
    expected: 'a first line `---`, `name:` and `description:`, and a line `---`',
    hint: 'docs/write-a-skill.md has one to copy.',
  }
}

function empty(file: string, line: number): Diagnostic {
  return {
    severity: 'error',
    code: 'skill.empty',
    message: 'The skill says nothing below its front matter',
    file,
    line,
    hint: 'Write the instructions there.',
  }
}

function otherFolder(file: string, name: string, folder: string): Diagnostic {
  return {
    severity: 'info',
    code: 'skill.folder',
    message: `The skill "${name}" lies in a folder called "${folder}"`,
    file,
    field: 'name',
    hint: `Call both the same: other programs find a skill by its folder.`,
  }
}
