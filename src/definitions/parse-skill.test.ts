import { expect, test } from 'vitest'
import { skillKind } from './parse-skill.ts'

const parse = (text: string, file = '/skills/pdf/SKILL.md') => skillKind.parse({ file, text })[0]
const head = '---\nname: pdf\ndescription: Reads PDF files\n---\n'

test('a skill has a name, a description and its whole text; further fields are let pass', () => {
  const text = '---\r\nname: pdf\r\ndescription: Reads PDF files\r\nlicense: MIT\r\n---\r\nDo it.\r\n'
  expect(parse(text)).toEqual({
    id: 'pdf',
    value: { name: 'pdf', description: 'Reads PDF files', text: text.replaceAll('\r\n', '\n') },
  })
})

test.each([
  ['no front matter', 'Do it.\n', 'skill.front_matter', 1],
  ['no description', '---\nname: pdf\n---\nDo it.\n', 'skill.schema', undefined],
  ['a name with a space', '---\nname: my pdf\ndescription: x\n---\nDo it.\n', 'skill.schema', 2],
  ['no text', `${head}\n  \n`, 'skill.empty', 5],
  ['front matter that is no YAML', '---\nname: [\n---\nx', 'skill.front_matter', undefined],
])('%s is a diagnostic with its place', (_, text, code, line) => {
  const found = parse(text)
  expect(found?.id).toBeUndefined()
  expect(found?.diagnostics?.[0]).toMatchObject({ severity: 'error', code, ...(line !== undefined && { line }) })
})

test('a folder of another name is told and harms nothing', () => {
  const found = parse(`${head}Do it.\n`, '/skills/other/SKILL.md')
  expect(found?.id).toBe('pdf')
  expect(found?.diagnostics).toMatchObject([{ severity: 'info', code: 'skill.folder' }])
})
