import { readTextFile } from '../config/read-text.ts'
import type { Locate } from '../plugin-api/index.ts'
import { parseFrontMatter } from './parse-front-matter.ts'
import { parseTomlDefinition } from './parse-toml-definition.ts'

/** Where the fields of a definition file stand: of its TOML, or of the front matter of a Markdown file. Nowhere in other files, and in those that do not parse. */
export async function locateFields(file: string): Promise<Locate> {
  const nowhere: Locate = () => undefined
  if (!/\.(?:md|toml)$/i.test(file)) return nowhere
  const text = await readTextFile(file).catch(() => undefined)
  if (text === undefined) return nowhere
  const parsed = file.endsWith('.toml')
    ? parseTomlDefinition({ file, text }, 'definition.toml')
    : parseFrontMatter(text, file, 'definition.front_matter')
  return 'problem' in parsed ? nowhere : parsed.locate
}
