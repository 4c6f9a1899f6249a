import { symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { openExpansionBench } from '../../test/support/expansion-bench.ts'
import { markData } from './mark-data.ts'

const bench = openExpansionBench()
const { root, workspace, write, openGate, expand } = bench
beforeEach(bench.reset)
afterAll(bench.close)

describe('file_content', () => {
  const args = [
    { name: 'file', type: 'path' },
    { name: 'at', type: 'location' },
  ]
  const template = '{{file_content args.file}}'

  test('gives the text as it is, relative to the working directory, else to the workspace', async () => {
    write('sub/a.txt', '<sub> {{x}}\n')
    write('a.txt', 'root')
    write('b.txt', 'b')
    const cwd = join(workspace, 'sub')
    expect((await expand(template, { args, argv: ['a.txt'], cwd })).text).toBe(markData('<sub> {{x}}', 'a.txt'))
    expect((await expand(template, { args, argv: ['b.txt'], cwd })).text).toBe(markData('b', 'b.txt'))
    expect((await expand('{{#each context.files}}{{file_content this | trim}};{{/each}}')).text).toBe(
      `${markData('root', 'a.txt')};${markData('b', 'b.txt')};${markData('<sub> {{x}}', 'sub/a.txt')};`,
    )
  })

  test('gives the lines that a location names', async () => {
    write('a.txt', '1\n2\n3\n4\n')
    const lines = (at: string) => expand('{{at}}: {{file_content at}}', { args, argv: [`--at=${at}`] })
    expect((await lines('a.txt:2-3')).text).toBe(`a.txt:2-3: ${markData('2\n3', 'a.txt:2-3')}`)
    expect((await lines('a.txt:4')).text).toBe(`a.txt:4: ${markData('4', 'a.txt:4')}`)
    expect((await lines('a.txt')).text).toBe(`a.txt: ${markData('1\n2\n3\n4', 'a.txt')}`)
    expect((await lines('a.txt')).paths).toEqual(['a.txt'])
    await expect(lines('a.txt:4-5')).rejects.toThrowError('a.txt:4-5: it has 4 lines')
  })

  test('is cut at its limit, never inside of a character', async () => {
    write('a.txt', 'é'.repeat(100))
    const { text, notes } = await expand(template, { args, argv: ['a.txt'], limits: { fileBytes: 11 } })
    expect(text).toBe(markData('ééééé\n[a.txt is cut: only its first 10 bytes are shown]', 'a.txt'))
    expect(notes).toEqual(['a.txt is cut: only its first 10 bytes are shown'])
  })

  test('takes in so many files and no more', async () => {
    for (const name of ['a', 'b', 'c']) write(name, name)
    const { text, notes } = await expand('{{#each context.files}}{{file_content this}}{{/each}}', {
      limits: { fileContents: 2 },
    })
    expect(text).toBe(`${markData('a', 'a')}${markData('b', 'b')}[file_content is cut: only 2 files are shown]`)
    expect(notes).toEqual(['file_content is cut: only 2 files are shown'])
  })

  test('of a file that may not be read is an error that names file, rule and place', async () => {
    write('.env', 'TOKEN=hunter2')
    const error = await expand(template, { args, argv: ['.env'] }).catch((reason: unknown) => reason)
    expect(error).toMatchObject({
      code: 'command.template',
      message: expect.stringMatching(/^\.env cannot be read: .*secret/),
      location: { file: '/somewhere/try.md', line: 7, column: 3 },
    })
    expect(String(error)).not.toContain('hunter2')
    const gate = await openGate({ allow: [`${workspace}/**`], deny: [] })
    writeFileSync(join(root, 'outside.txt'), 'hunter2')
    symlinkSync(join(root, 'outside.txt'), join(workspace, 'link.txt'))
    for (const file of ['../outside.txt', join(root, 'outside.txt'), 'link.txt']) {
      const denied = await expand(template, { args, argv: [file], gate }).catch((reason: unknown) => reason)
      expect(denied).toMatchObject({
        code: 'command.template',
        message: expect.stringContaining(`${file} cannot be read: `),
      })
      expect(String(denied)).not.toContain('hunter2')
    }
  })

  test.each([
    ['missing.txt', 'there is no such file'],
    ['.', 'it is a directory'],
    ['latin1.txt', 'Not valid UTF-8'],
  ])('of %s is an error', async (file, problem) => {
    write('latin1.txt', Buffer.from([0x61, 0xe9, 0x0a]))
    await expect(expand(template, { args, argv: [file] })).rejects.toThrowError(problem)
  })

  test('without a path is an error that says what to do', async () => {
    await expect(expand(template, { args })).rejects.toMatchObject({
      code: 'command.template',
      hint: expect.stringContaining('{{#if args.file}}'),
    })
    expect((await expand('{{#if args.file}}{{file_content args.file}}{{/if}}ok', { args })).text).toBe('ok')
  })
})

describe('selection', () => {
  test('is the lines of a file, or what was piped in, or empty', async () => {
    write('a.txt', '1\n2\n3\n')
    expect((await expand('{{selection}}', { selection: { type: 'location', location: 'a.txt:2-3' } })).text).toBe(
      markData('2\n3', 'a.txt:2-3'),
    )
    expect((await expand('{{selection}}', { selection: { type: 'text', text: 'piped {{x}}' } })).text).toBe(
      markData('piped {{x}}', 'what was piped in'),
    )
    expect((await expand('[{{selection}}{{#if selection}}x{{/if}}]')).text).toBe('[]')
  })

  test('is cut at its limit', async () => {
    const selection = { type: 'text', text: 'abc\ndef\n' } as const
    const { text } = await expand('{{selection}}', { selection, limits: { fileBytes: 5 } })
    expect(text).toBe(markData('abc\n[selection is cut: only its first 3 bytes are shown]', 'what was piped in'))
  })

  test('of a file that may not be read, or of no such place, is an error', async () => {
    write('.env', 'TOKEN=hunter2')
    const location = (text: string) => ({ selection: { type: 'location', location: text } as const })
    await expect(expand('{{selection}}', location('.env:1'))).rejects.toMatchObject({ code: 'command.template' })
    await expect(expand('{{selection}}', location('a.txt:0'))).rejects.toMatchObject({ code: 'command.arguments' })
  })
})
