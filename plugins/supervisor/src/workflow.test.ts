import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openPluginKind } from '../../../src/definitions/open-plugin-kind.ts'
import { definitionKind } from './workflow.ts'

const kind = await openPluginKind(definitionKind)
const parse = (text: string) => kind.parse({ file: '/w.toml', text })[0]

const head = '[workflow]\nid = "w"\ndescription = "d"\n'
const task = (id: string, more = '') => `\n[[tasks]]\nid = "${id}"\ntitle = "t"\nprompt = "p"\nagent = "a"\n${more}`

test('the workflows that come with the program load', () => {
  const folder = join(import.meta.dirname, '..', 'workflows')
  const names = readdirSync(folder)
  expect(names.length).toBeGreaterThan(1)
  for (const name of names) {
    const [parsed] = kind.parse({ file: name, text: readFileSync(join(folder, name), 'utf8') })
    expect([parsed?.diagnostics, parsed?.id]).toEqual([undefined, name.replace('.toml', '')])
  }
})

test('a cycle is told with the line of each edge', () => {
  const text = head + task('a', 'needs = ["b"]') + task('b', '# why\nneeds = [\n  "a",\n]')
  expect(parse(text)?.diagnostics).toMatchObject([
    {
      code: 'workflow.cycle',
      file: '/w.toml',
      line: 10,
      message: 'Tasks wait for each other: a needs b (line 10), b needs a (line 18)',
    },
  ])
})

test('each mistake has its line and its field', () => {
  const text = head + task('a', 'needs = ["x"]') + task('b', 'write = ["src/**"]') + task('c', 'write = ["src/a.ts"]')
  expect(parse(text)?.diagnostics).toMatchObject([
    { code: 'workflow.needs', line: 10, field: 'tasks.0.needs.0', hint: 'There are: a, b, c.' },
    { code: 'workflow.scopes', line: 22, field: 'tasks.2.write.0' },
  ])
})

test('a field that nothing knows is a mistake, and so is a text that is no TOML', () => {
  expect(parse(`${head}${task('a')}need = ["b"]`)?.diagnostics).toMatchObject([
    { code: 'workflow.schema', line: 10, message: 'Unknown field "need"' },
  ])
  expect(parse('[workflow')?.diagnostics).toMatchObject([{ code: 'workflow.toml', line: 1 }])
})
