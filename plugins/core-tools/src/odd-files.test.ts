import { execFileSync } from 'node:child_process'
import { chmod, mkdir, open as openFile, symlink, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, expect, test } from 'vitest'
import { type BenchOptions, openToolBench, phasesOf, type ToolBench } from '../../../test/support/tool-bench.ts'
import { tool as listDir } from './list-dir.ts'
import { tool as readFile } from './read-file.ts'
import { readLines } from './read-lines.ts'

const benches: ToolBench[] = []
afterEach(async () => {
  for (const bench of benches.splice(0)) await bench.close()
})
async function open(files: Readonly<Record<string, string>>, options: BenchOptions = {}) {
  const bench = await openToolBench([readFile, listDir], { files, ...options })
  benches.push(bench)
  return {
    bench,
    path: (name: string) => join(bench.workspace.path, name),
    read: async (path: string, more: object = {}) => (await bench.run('read_file', { path, ...more })).output,
    list: async (input: object) => (await bench.run('list_dir', input)).output,
  }
}

test('a file of a gigabyte is read where it is asked for, in little memory', async () => {
  const { path, read } = await open({ 'big.log': 'first\n'.repeat(2000) })
  await truncate(path('big.log'), 1024 ** 3 - 5)
  const file = await openFile(path('big.log'), 'a')
  await file.write('\nlast')
  await file.close()
  const before = process.resourceUsage().maxRSS
  expect(await read('big.log', { offset: 2000, limit: 1 })).toMatchObject({
    output: '2000\tfirst\n[Lines 2000 to 2000 of more than 2000. Go on with offset 2001.]',
  })
  expect((await read('big.log', { byte_offset: 1024 ** 3 - 4 })).output).toMatch(
    /^last\n\[Bytes \d+ to 1073741824 of 1073741824\.\]$/,
  )
  expect((process.resourceUsage().maxRSS - before) / 1024).toBeLessThan(100)
  await truncate(path('big.log'), 0)
  await truncate(path('big.log'), 1024 ** 3)
  expect((await read('big.log')).output).toBe('big.log is a binary file of 1073741824 bytes; it is not shown.')
})

test('a very long line is cut, and the note says where its rest is', async () => {
  const { read } = await open({ 'min.js': `a\n${'ä'.repeat(1500)}|${'x'.repeat(100)}\nb\n` })
  const { output } = await read('min.js')
  expect(output).toBe(
    `1\ta\n2\t${'ä'.repeat(1000)}\n3\tb\n[1 of the lines are longer than 2000 bytes and cut. The rest of line 2 is at byte_offset 2002.]`,
  )
  expect((await read('min.js', { byte_offset: 2002, byte_limit: 1001 })).output).toBe(
    `${'ä'.repeat(500)}|\n[Bytes 2002 to 3003 of 3106. Go on with byte_offset 3003.]`,
  )
  // In the middle of a character: it is shown where it begins.
  expect((await read('min.js', { byte_offset: 3, byte_limit: 4 })).output).toMatch(/^ä\n\[Bytes 4 to 6 /)
  expect(await read('min.js', { byte_offset: 9999 })).toMatchObject({
    failed: true,
    output: expect.stringContaining('behind its end'),
  })
})

test('what does not fit into one output says where to go on, and going on shows all of it', async () => {
  const line = 'y'.repeat(99)
  const { read } = await open({ 'long.txt': `${line}\n`.repeat(1500) })
  let shown = 0
  for (let offset = 1; offset !== 0; ) {
    const { output } = await read('long.txt', { offset })
    expect(output).not.toContain('bytes omitted')
    shown += output.split('\n').filter((each) => each.endsWith(line)).length
    offset = Number(/Go on with offset (\d+)/.exec(output)?.[1] ?? 0)
  }
  expect(shown).toBe(1500)
})

test('UTF-16 is read, other bytes are said', async () => {
  const { path, read } = await open({})
  await writeFile(path('wide.txt'), Buffer.from('\ufeffgrüße\r\nb\r\n', 'utf16le'))
  expect((await read('wide.txt')).output).toBe(
    '1\tgrüße\n2\tb\n[The file is in UTF-16LE; apply_patch cannot change it.]',
  )
  await writeFile(path('page.pdf'), '%PDF-1.7\ntext')
  expect((await read('page.pdf')).output).toBe('page.pdf is a PDF document of 13 bytes; it is not shown.')
  await writeFile(path('a.gif'), 'GIF89a')
  expect((await read('a.gif')).output).toContain('view_image')
})

test('the window of lines is that of the whole text, however its pieces are cut', async () => {
  const text = fc.array(fc.constantFrom('a', 'bb', '', 'c\r', 'long line'), { maxLength: 8 })
  await fc.assert(
    fc.asyncProperty(
      text,
      fc.boolean(),
      fc.integer({ min: 1, max: 9 }),
      fc.nat(4),
      fc.integer({ min: 1, max: 5 }),
      async (lines, ends, first, count, size) => {
        const bytes = Buffer.from(lines.join('\n') + (ends ? '\n' : ''))
        async function* pieces() {
          for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
        }
        const all = bytes.length === 0 ? [] : bytes.toString().replace(/\n$/, '').split('\n')
        const window = await readLines(pieces(), { first, count, maxLineBytes: 100, maxCountedBytes: 1e9 })
        expect(window.total).toBe(all.length)
        expect(window.lines.map((line) => line.bytes.toString())).toEqual(
          all.slice(first - 1, first - 1 + count).map((line) => line.replace(/\r$/, '')),
        )
      },
    ),
  )
})

test('pipes, devices, loops and files of the system neither hang nor lie', async () => {
  const { path, read } = await open({ f: 'x' })
  execFileSync('mkfifo', [path('pipe')])
  await symlink('loop', path('loop'))
  await symlink('f', path('link'))
  expect((await read('pipe')).output).toContain('a pipe, socket or device')
  expect((await read('/dev/zero')).output).toContain('a pipe, socket or device')
  expect((await read('loop')).output).toMatch(/loop/)
  expect((await read('link')).output).toBe('1\tx')
  expect((await read('/proc/self/status', { limit: 1 })).output).toMatch(/^1\tName:/)
  expect(await read(`${'n'.repeat(300)}`)).toMatchObject({ failed: true })
  expect(await read('a\0b')).toMatchObject({ failed: true })
})

test('a link out of what may be read shows nothing of it', async () => {
  const { bench, path, read, list } = await open(
    {},
    {
      permissions: (workspace) => {
        const rule = [{ allow: [`${workspace}/**`, workspace], deny: [] }]
        return { read: { allow: rule, askable: rule } }
      },
    },
  )
  await symlink('/etc/passwd', path('out'))
  await symlink('/etc', path('etc'))
  for (const name of ['out', 'etc/passwd', '/etc/passwd', '../../etc/passwd']) {
    const output = await read(name)
    expect(output).toMatchObject({ failed: true })
    expect(JSON.stringify(output)).not.toContain('root:')
  }
  expect(phasesOf((await bench.run('read_file', { path: 'out' })).events)).toContain('completed:denial')
  expect((await list({ path: '.' })).output).toBe('etc@\nout@')
  expect(JSON.stringify(await list({ path: 'etc' }))).not.toContain('passwd"')
})

test('a listing is paged, sorted and counts what .gitignore names', async () => {
  const { list, path } = await open({
    '.gitignore': 'build/\n*.log\n',
    'build/x': '',
    'a.log': '',
    'src/b': '',
    'src/a': '',
    'src/deep/er/c': '',
    'node_modules/p/index.js': '',
  })
  expect((await list({})).output).toBe(
    [
      '.gitignore',
      'node_modules/',
      'src/',
      '  a',
      '  b',
      '  deep/',
      '[2 ignored entries are left out; include_ignored shows them.]',
    ].join('\n'),
  )
  expect((await list({ include_ignored: true, depth: 1 })).output).toBe(
    '.gitignore\na.log\nbuild/\nnode_modules/\nsrc/',
  )
  expect((await list({ offset: 3, limit: 2 })).output).toContain('src/\n  a\n[Entries 3 to 4 of 6. Go on with offset 5')
  expect(await list({ offset: 99 })).toMatchObject({ failed: true })
  await writeFile(path('two\nlines'), '')
  await mkdir(path('locked'))
  await chmod(path('locked'), 0)
  expect((await list({ depth: 1 })).output).toContain('"two\\nlines"')
})
