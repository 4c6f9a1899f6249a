import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { type BenchOptions, openToolBench, phasesOf, type ToolBench } from '../../../test/support/tool-bench.ts'
import { tool as listDir } from './list-dir.ts'
import { nearestNames } from './nearest-names.ts'
import { tool as readFile } from './read-file.ts'
import { createLineMatcher } from './search/match-lines.ts'
import { tool as search } from './search.ts'
import { tool as updatePlan } from './update-plan.ts'

const benches: ToolBench[] = []
afterEach(async () => {
  for (const bench of benches.splice(0)) await bench.close()
})
async function open(files: Readonly<Record<string, string>>, options: BenchOptions = {}): Promise<ToolBench> {
  const bench = await openToolBench([readFile, listDir, search, updatePlan], { files, ...options })
  benches.push(bench)
  return bench
}

test('read_file numbers the lines and says where to go on', async () => {
  const bench = await open({ 'a.txt': 'one\r\ntwo\nthree' })
  expect((await bench.run('read_file', { path: 'a.txt' })).output).toMatchObject({
    output: '1\tone\n2\ttwo\n3\tthree',
    structured: { total_lines: 3, first_line: 1, last_line: 3, text: 'one\ntwo\nthree' },
  })
  expect((await bench.run('read_file', { path: 'a.txt', offset: 2, limit: 1 })).output.output).toBe(
    '2\ttwo\n[Lines 2 to 2 of 3. Go on with offset 3.]',
  )
  expect((await bench.run('read_file', { path: 'a.txt', offset: 9 })).output).toMatchObject({
    failed: true,
    output: 'a.txt has 3 lines; offset 9 is behind its end.',
  })
})

test('read_file says what it cannot show', async () => {
  const bench = await open({ 'config.toml': '', 'bin.dat': 'a\0b', 'dir/x': '' })
  const outputOf = async (path: string) => (await bench.run('read_file', { path })).output
  expect(await outputOf('config.toml')).toMatchObject({ output: '[The file is empty.]' })
  expect(await outputOf('bin.dat')).toMatchObject({
    failed: true,
    output: expect.stringContaining('binary file of 3 bytes'),
  })
  expect(await outputOf('dir')).toMatchObject({ failed: true, output: expect.stringContaining('list_dir') })
  expect(await outputOf('confg.toml')).toMatchObject({
    failed: true,
    output: expect.stringContaining('Near it: config.toml.'),
  })
  expect(await outputOf('config.toml/x')).toMatchObject({ failed: true })
  expect(await outputOf('no/such/dir/f')).toMatchObject({
    failed: true,
    output: expect.stringContaining('does not exist'),
  })
  await writeFile(join(bench.workspace.path, 'latin.txt'), Buffer.from([0x61, 0xe4]))
  expect((await outputOf('latin.txt')).output).toBe(
    '1\ta\uFFFD\n[Not valid UTF-8: what could not be read stands as \uFFFD.]',
  )
})

test('nearest names are few, close and best first', () => {
  expect(nearestNames('readme.md', ['README.md', 'package.json', 'READ.md', 'zzz'])).toEqual(['README.md', 'READ.md'])
  expect(nearestNames('x', ['abc', 'def'])).toEqual([])
})

test('list_dir shows a tree down to its depth', async () => {
  const bench = await open({ 'b.txt': '', 'a/deep/er/x': '', 'a/y': '', 'node_modules/m/i.js': '' })
  await symlink('b.txt', join(bench.workspace.path, 'c'))
  await mkdir(join(bench.workspace.path, 'empty'))
  const { output } = await bench.run('list_dir', {})
  expect(output.output).toBe('a/\n  deep/\n  y\nb.txt\nc@\nempty/\nnode_modules/')
  expect(output).toMatchObject({
    structured: { truncated: false, entries: expect.arrayContaining([{ path: 'a/deep', kind: 'directory' }]) },
  })
  expect((await bench.run('list_dir', { path: 'a', depth: 1 })).output.output).toBe('deep/\ny')
  expect((await bench.run('list_dir', { path: 'empty' })).output.output).toBe('[The directory is empty.]')
  expect((await bench.run('list_dir', { path: 'b.txt' })).output).toMatchObject({ failed: true })
  expect((await bench.run('list_dir', { path: 'emtpy' })).output.output).toContain('Near it: empty.')
})

test('list_dir goes on where one directory may not be read', async () => {
  const bench = await open(
    { 'open/x': '', 'shut/y': '' },
    {
      permissions: (workspace) => {
        const rule = [{ allow: ['/**'], deny: [join(workspace, 'shut')] }]
        return { read: { allow: rule, askable: rule } }
      },
    },
  )
  const { events, output } = await bench.run('list_dir', {})
  expect(output.output).toBe('open/\n  x\nshut/ [may not be read]')
  expect(phasesOf(events)).toContain('completed:denial')
})

test('search finds lines, with their places as text and as data', async () => {
  const bench = await open({
    'src/a.ts': 'let x = 1\nlet y = 2\n',
    'src/b.py': 'x = 1\n',
    'skip.log': 'x = 1\n',
    '.gitignore': '*.log\n',
    'bin.dat': 'x = 1\0',
  })
  const { output } = await bench.run('search', { pattern: '\\bx = \\d' })
  expect(output.output).toBe('src/a.ts:1:let x = 1\nsrc/b.py:1:x = 1')
  expect(output).toMatchObject({
    structured: {
      matches: [
        { file: 'src/a.ts', line: 1, column: 5, text: 'let x = 1' },
        { file: 'src/b.py', line: 1, column: 1, text: 'x = 1' },
      ],
      files_searched: 4,
      skipped: { denied: 0, too_large: 0, too_slow: 0 },
      truncated: false,
    },
  })
  expect((await bench.run('search', { pattern: 'X', ignore_case: true, glob: '*.py' })).output.output).toBe(
    'src/b.py:1:x = 1',
  )
  expect((await bench.run('search', { pattern: '(?i)LET Y', glob: 'src/**' })).output.output).toBe(
    'src/a.ts:2:let y = 2',
  )
  expect((await bench.run('search', { pattern: 'x', path: 'src/b.py' })).output.output).toBe('src/b.py:1:x = 1')
})

test('search says what was left out, cut and not found', async () => {
  const bench = await open({
    'a.txt': 'x\nx\nx\n',
    '.env': 'x\n',
    'long.txt': `${'y'.repeat(5000)}z${'y'.repeat(5000)}`,
  })
  const { output } = await bench.run('search', { pattern: 'x', max_results: 2 })
  expect(output.output).toMatch(
    /^a\.txt:1:x\na\.txt:2:x\n\[More than 2 matches;.*\]\n\[1 files may not be read and were left out\.\]$/,
  )
  expect(output).toMatchObject({ structured: { truncated: true } })
  const long = (await bench.run('search', { pattern: 'z' })).output.output
  expect(long).toContain('z')
  expect(long.length).toBeLessThan(500)
  expect((await bench.run('search', { pattern: 'nothing' })).output.output).toContain('[No match in 2 files.]')
  expect((await bench.run('search', { pattern: '(' })).output).toMatchObject({
    failed: true,
    output: expect.stringContaining('Invalid regular expression'),
  })
  expect((await bench.run('search', { pattern: 'x', path: 'b.txt' })).output).toMatchObject({
    failed: true,
    output: expect.stringContaining('a.txt'),
  })
})

test('a pattern that backtracks without end is stopped, and the file is named', async () => {
  const bench = await open({ 'evil.txt': `${'a'.repeat(60)}!\n`, 'good.txt': 'aaa\n' })
  const { output } = await bench.run('search', { pattern: '^(a+)+$' })
  expect(output.output).toMatch(/^good\.txt:1:aaa\n\[The pattern took too long and was stopped in evil\.txt\./)
  expect(output).toMatchObject({ structured: { skipped: { too_slow: 1 } } })
})

test('a matcher counts lines and columns from 1 and stops at its bound', () => {
  const match = createLineMatcher(/b+/, 1000)
  expect(match('a\r\nabb\r\n\nb', 10)).toEqual([
    { line: 2, column: 2, text: 'abb' },
    { line: 4, column: 1, text: 'b' },
  ])
  expect(match('b\nb\nb\n', 2)).toHaveLength(2)
})

test('update_plan is one list for the turn', async () => {
  const bench = await open({})
  const plan = (status: string) => ({
    plan: [
      { step: 'look', status },
      { step: 'act', status: 'pending' },
    ],
  })
  const first = await bench.run('update_plan', plan('in_progress'))
  expect(first.events).toEqual([
    {
      type: 'item.started',
      item: {
        id: 'item_0',
        type: 'todo_list',
        items: [
          { text: 'look', completed: false },
          { text: 'act', completed: false },
        ],
      },
    },
  ])
  expect(first.output.output).toBe('Plan updated')
  expect(phasesOf((await bench.run('update_plan', plan('completed'))).events)).toEqual(['updated:todo_list'])
  expect(bench.ledger.closeTurn()).toMatchObject([
    { type: 'item.completed', item: { id: 'item_0', items: [{ completed: true }, {}] } },
  ])
  expect((await bench.run('update_plan', { plan: [{ step: 'x', status: 'later' }] })).output.output).toMatch(
    /^failed to parse function arguments: plan\.0\.status: /,
  )
})
