import { readFile, stat, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { parseToml } from '../../src/config/toml.ts'
import { parseFrontMatter } from '../../src/definitions/parse-front-matter.ts'
import { jsonSchemaProblems } from '../support/json-schema-problems.ts'
import { scriptedSession } from '../support/scripted-session.ts'

const kinds = [
  { topic: 'commands', file: 'commands/mine.md' },
  { topic: 'agents', file: 'agents/mine.toml' },
  { topic: 'profiles', file: 'profiles/mine.toml' },
  { topic: 'policies', file: 'policies/mine.toml' },
]

test.each(kinds)('$topic new names a schema that is there, and the file is valid under it', async ({ topic, file }) => {
  const { run, home, workspace } = await scriptedSession([])
  for (const [directory, flags] of [
    [home.codexHome, []],
    [join(workspace.path, '.codex'), ['--project']],
  ] as const) {
    expect((await run([topic, 'new', 'mine', ...flags])).exitCode).toBe(0)
    const path = join(directory, file)
    const text = await readFile(path, 'utf8')
    const named = /^(?:#:schema |# yaml-language-server: \$schema=)(\S+)$/m.exec(text)?.[1]
    if (named === undefined) throw new Error(`no schema is named:\n${text}`)
    const schema: object = JSON.parse(await readFile(resolve(dirname(path), named), 'utf8'))
    const front = file.endsWith('.md') ? parseFrontMatter(text, path, 'x') : undefined
    const value = front && 'data' in front ? front.data : parseToml(text, path).value
    expect(jsonSchemaProblems(schema, value)).toEqual([])
    expect(jsonSchemaProblems(schema, { ...Object(value), no_such_field: 1 })).toEqual(['.no_such_field'])
    expect(await run(['lint', path, '--max-warnings', '0'])).toMatchObject({ exitCode: 0 })
  }
  const again = await run([topic, 'new', 'mine'])
  expect(again).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('exists already') })
})

test('a schema of another version is replaced, one that is the same is not written', async () => {
  const { run, home } = await scriptedSession([])
  await run(['config', 'schemas'])
  const file = join(home.codexHome, 'schemas', 'agent.schema.json')
  const [text, before] = [await readFile(file, 'utf8'), await stat(file)]
  await run(['agents', 'new', 'one'])
  expect((await stat(file)).ino).toBe(before.ino)
  await writeFile(file, '{}')
  await run(['agents', 'new', 'two'])
  expect(await readFile(file, 'utf8')).toBe(text)
})

test('new writes where the configuration says that such files are', async () => {
  const { run, home } = await scriptedSession([])
  const directory = join(home.homeDir, 'my', 'commands')
  const config = ['-c', `commands.user_commands_dir=${JSON.stringify(directory)}`]
  expect((await run(['commands', 'new', 'mine', ...config])).exitCode).toBe(0)
  const text = await readFile(join(directory, 'mine.md'), 'utf8')
  const named = /\$schema=(\S+)/.exec(text)?.[1] ?? ''
  expect(resolve(directory, named)).toBe(join(home.codexHome, 'schemas', 'command.schema.json'))
})

test('a configuration that names its schema loads', async () => {
  const { run, home } = await scriptedSession([])
  await home.write({ 'config.toml': '#:schema schemas/config.schema.json\nmodel = "a"\n' })
  expect((await run(['config', 'get', 'model'])).stdout).toBe('a\n')
})
