import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { readPolicies } from './read-policies.ts'

async function fileOf(name: string, text: string): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'codex-policies-'))
  onTestFinished(() => rm(directory, { recursive: true, force: true }))
  await writeFile(join(directory, name), text)
  return join(directory, name)
}

test('rules files and policies in TOML are read with the lines of their rules', async () => {
  const rules = await fileOf('my.rules', '\nprefix_rule(pattern=["ls"])\n')
  const toml = await fileOf('mine.toml', 'id = "mine"\n[[rules]]\npattern = ["make"]\n')
  const read = await readPolicies([rules, toml])
  expect(read.map(({ id, value, origin }) => [id, value.ruleLines, origin.file])).toEqual([
    ['my.rules', [2], rules],
    ['mine', [2], toml],
  ])
})

test.each([
  { name: 'a.rules', text: 'prefix_rule(pattern=[])', line: 1 },
  { name: 'a.rules', text: '# ok\nprefix_rule(pattern=["a"], decision="maybe")', line: 2 },
  { name: 'a.toml', text: 'id = "a"\n\n[[rules]]\npattern = "ls"\n', line: 4 },
  { name: 'a.toml', text: 'id = "a"\n[[rules]]\npattern = ["ls"]\nmatch = ["#"]\n', line: 4 },
])('a wrong $name is told with its place: $text', async ({ name, text, line }) => {
  const file = await fileOf(name, text)
  await expect(readPolicies([file])).rejects.toMatchObject({
    code: 'definition.invalid',
    message: expect.stringContaining(`${file}:${line}:`),
    location: { file, line },
  })
})
