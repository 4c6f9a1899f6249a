import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { CodexError } from '../../plugin-api/errors.ts'
import type { Origin } from '../../plugin-api/index.ts'
import { writeOnce } from '../write-new-definition.ts'

/** Ids that the schema of scan rules takes. */
const idPattern = /^[a-z][a-z0-9-]*$/

/**
 * Writes a small working scan rule to edit, never over an existing one.
 *
 * @param home CODEX_HOME, or `.codex` of a repository
 * @param replaced where the rule of that id comes from that is in force now
 * @throws CodexError `usage.arguments`, `home.unwritable`
 */
export async function writeNewRule(id: string, home: string, replaced: Origin | undefined) {
  if (!idPattern.test(id)) {
    throw new CodexError('usage.arguments', `"${id}" cannot be the id of a scan rule`, {
      hint: 'Use lower-case letters, digits and -, starting with a letter.',
    })
  }
  const directory = join(home, 'scan-rules')
  const file = join(directory, `${id}.yml`)
  await mkdir(directory, { recursive: true }).catch((cause: unknown) => {
    throw new CodexError('home.unwritable', `${directory} cannot be made`, { cause })
  })
  await writeOnce(file, ruleText(id))
  const text = `Wrote ${file}. Try it: codex scan rules test ${id}`
  if (!replaced) return { text, data: { file } }
  const whose = replaced.plugin === undefined ? replaced.file : `the one of ${replaced.plugin}`
  const warning = `From now on it takes the place of ${whose}, which no longer runs. Delete the file, or give it another id, to have that back.`
  return { text: `${text}\n${warning}`, data: { file, replaces: replaced.file } }
}

function ruleText(id: string): string {
  return `# yaml-language-server: $schema=../schemas/scan-rule.schema.json
# docs/scan-rules.md explains every field.
id: ${id}
language: [javascript, typescript]
severity: medium # critical, high, medium, low, info
confidence: high # high, medium, low
message: $NAME is called, which our code should not do
why: >-
  Say in two sentences why it matters. Say what somebody can do with it.
cwe: []
fix:
  advice: Say what to do instead.
  # template: safeThing($ARG) # the text that replaces the match, where the change is mechanical
rule:
  pattern: $NAME($ARG)
constraints:
  NAME: { regex: '^unsafeThing$' }
tests:
  hit:
    - unsafeThing(value)
  miss:
    - safeThing(value)
`
}
