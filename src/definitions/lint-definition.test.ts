import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { makeWorkspace } from '../../test/support/temp-workspace.ts'
import { defineDefinitionKind } from '../plugin-api/index.ts'
import { lintDefinition } from './lint-definition.ts'
import { newDefinition } from './new-definition.ts'

async function place(files: Readonly<Record<string, string>>): Promise<string> {
  const workspace = await makeWorkspace({ files })
  onTestFinished(() => workspace.remove())
  return workspace.path
}

test.each(['command', 'agent'] as const)('a new %s has nothing to be said about it', async (kind) => {
  const { fileName, text } = newDefinition(kind, 'my-thing_2')
  const path = await place({ [fileName]: text })
  expect(await lintDefinition(kind, join(path, fileName))).toEqual([])
})

test('a definition that could not be called is not begun', () => {
  for (const id of ['', 'My', '2x', 'a b', '../x', 'a.b']) {
    expect(() => newDefinition('command', id)).toThrow(expect.objectContaining({ code: 'usage.arguments' }))
  }
})

test('slips in a command are warned of: no description, an argument that nothing uses', async () => {
  const args = '  - { name: path }\n  - { name: pat }\n  - { name: used-here }\n'
  const path = await place({ 'x.md': `---\nargs:\n${args}---\npat {{path}} {{#if args.used-here}}y{{/if}}` })
  const diagnostics = await lintDefinition('command', join(path, 'x.md'))
  expect(diagnostics.map(({ severity, message }) => [severity, message])).toEqual([
    ['warning', 'The command has no description, so lists show its name alone'],
    ['warning', 'The argument "pat" is never used in the template'],
  ])
})

test('a file that is not there, or not of its kind, is a diagnostic; a kind that does not exist is an error', async () => {
  const path = await place({ 'x.toml': '[agent]\n' })
  expect(await lintDefinition('agent', join(path, 'missing.toml'))).toMatchObject([{ code: 'definition.unreadable' }])
  expect(await lintDefinition('agent', join(path, 'x.toml'))).toMatchObject([
    { code: 'agent.schema', line: 1, field: 'agent.id' },
    { field: 'agent.name' },
    { field: 'agent.description' },
  ])
  const kinds: readonly string[] = ['recipe']
  for (const kind of kinds) {
    // What a caller may hand through from a command line.
    await expect(async () => lintDefinition(kind as 'agent', path)).rejects.toMatchObject({
      code: 'usage.unknown_definition',
    })
  }
})

test('a kind of a plugin is linted by its own parser', async () => {
  const path = await place({ 'x.txt': 'text' })
  const kind = defineDefinitionKind<string>({
    id: 'note',
    parse: ({ file }) => [{ diagnostics: [{ severity: 'warning', code: 'note.short', message: 'short', file }] }],
  })
  expect(await lintDefinition(kind, join(path, 'x.txt'))).toMatchObject([{ code: 'note.short' }])
})
