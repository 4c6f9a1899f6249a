import { chmod, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import {
  type BenchOptions,
  completedItems,
  openToolBench,
  phasesOf,
  type ToolBench,
} from '../../../test/support/tool-bench.ts'
import { tool } from './apply-patch.ts'

const benches: ToolBench[] = []
afterEach(async () => {
  for (const bench of benches.splice(0)) await bench.close()
})

async function open(files: Readonly<Record<string, string>>, options: BenchOptions = {}) {
  const bench = await openToolBench([tool], { files, ...options })
  benches.push(bench)
  const path = (name: string) => join(bench.workspace.path, name)
  return {
    bench,
    path,
    text: (name: string) => readFile(path(name), 'utf8'),
    apply: (...lines: readonly string[]) =>
      bench.run('apply_patch', ['*** Begin Patch', ...lines, '*** End Patch', ''].join('\n')),
  }
}

test('files are added, changed, moved and deleted, and told in that order', async () => {
  const { apply, text, path, bench } = await open({ 'm.txt': 'one\n', 'old.txt': 'x\n', 'd.txt': '', 'over.txt': 'o' })
  const { events, output } = await apply(
    '*** Delete File: d.txt',
    '*** Update File: old.txt',
    '*** Move to: dir/new.txt',
    '@@',
    '-x',
    '+y',
    '*** Update File: m.txt',
    '@@',
    '-one',
    '+two',
    '*** Add File: deep/a.txt',
    '+hello',
    '*** Add File: over.txt',
  )
  expect(output.output).toMatch(
    /^Exit code: 0\nWall time: \d+\.\d seconds\nOutput:\nSuccess\. Updated the following files:\nA deep\/a\.txt\nA over\.txt\nM dir\/new\.txt\nM m\.txt\nD d\.txt\n$/,
  )
  expect([await text('deep/a.txt'), await text('over.txt'), await text('dir/new.txt'), await text('m.txt')]).toEqual([
    'hello\n',
    '',
    'y\n',
    'two\n',
  ])
  expect(await readdir(bench.workspace.path)).toEqual(['deep', 'dir', 'm.txt', 'over.txt'])
  expect(phasesOf(events)).toEqual(['started:file_change', 'completed:file_change'])
  expect(completedItems(events)).toEqual([
    {
      id: 'item_0',
      type: 'file_change',
      status: 'completed',
      changes: [
        { path: path('d.txt'), kind: 'delete' },
        { path: path('deep/a.txt'), kind: 'add' },
        { path: path('m.txt'), kind: 'update' },
        { path: path('old.txt'), kind: 'update' },
        { path: path('over.txt'), kind: 'add' },
      ],
    },
  ])
})

test.each([
  [['*** Delete File: gone.txt'], 'Failed to delete file WS/gone.txt'],
  [
    ['*** Update File: gone.txt', '@@', '-a'],
    'Failed to read file to update WS/gone.txt: No such file or directory (os error 2)',
  ],
  [['*** Update File: a.txt', '@@', '-zzz'], 'Failed to find expected lines in WS/a.txt:\nzzz'],
  [[], 'No files were modified.'],
])('%j changes nothing and shows no item', async (lines, message) => {
  const { apply, text, path, bench } = await open({ 'a.txt': 'a\n' })
  const { events, output } = await apply('*** Add File: first.txt', '+x', ...lines).then(async (result) =>
    lines.length > 0 ? result : apply(),
  )
  if (lines.length > 0) {
    expect(events).toEqual([{ type: 'call.failed', tool: 'apply_patch', message: expect.any(String) }])
    expect(await readdir(bench.workspace.path)).toEqual(['a.txt'])
  }
  expect(output).toMatchObject({
    failed: true,
    output: `apply_patch verification failed: ${message.replaceAll('WS', path('.').replace(/\/\.?$/, ''))}`,
  })
  expect(await text('a.txt')).toBe('a\n')
})

test('an operation sees what the ones before it made of a file', async () => {
  const { apply, text } = await open({ 'a.txt': 'one\n' })
  const { output, events } = await apply(
    '*** Update File: a.txt',
    '@@',
    '-one',
    '+two',
    '*** Update File: ./a.txt',
    '@@',
    '-two',
    '+three',
    '*** Add File: b.txt',
    '+b',
    '*** Delete File: b.txt',
  )
  expect(output).not.toHaveProperty('failed')
  expect(await text('a.txt')).toBe('three\n')
  expect(completedItems(events)[0]).toMatchObject({ changes: [{ kind: 'update' }, { kind: 'delete' }] })
})

test('a patch that is refused in one file is a denial, and changes none', async () => {
  const { apply, bench } = await open(
    { 'a.txt': 'a\n' },
    {
      permissions: (workspace) => {
        const rule = [{ allow: [workspace], deny: [] }]
        return { write: { allow: rule, askable: rule } }
      },
    },
  )
  const { events, output } = await apply('*** Add File: b.txt', '+b', '*** Add File: /var/tmp/codex-refused.txt', '+x')
  expect(phasesOf(events)).toEqual(['completed:denial'])
  expect(output).toMatchObject({ failed: true, output: expect.stringContaining('/var/tmp/codex-refused.txt') })
  expect(await readdir(bench.workspace.path)).toEqual(['a.txt'])
})

test('a write that the disk refuses is a failed item', async () => {
  const { apply, path } = await open({ 'real.txt': 'a\n' })
  await symlink('real.txt', path('link.txt'))
  const { events, output } = await apply('*** Update File: link.txt', '@@', '-a', '+b')
  expect(phasesOf(events)).toEqual(['started:file_change', 'completed:file_change'])
  expect(completedItems(events)[0]).toMatchObject({ status: 'failed' })
  expect(output).toMatchObject({ failed: true, output: expect.stringContaining('symbolic link') })
})

test('a file that is no UTF-8 is not rewritten, but can be deleted', async () => {
  const { apply, path, bench } = await open({})
  await writeFile(path('latin.txt'), Buffer.from([0x61, 0xe4, 0x0a]))
  const { output } = await apply('*** Update File: latin.txt', '@@', '+x')
  expect(output.output).toContain('not valid UTF-8')
  expect([...(await readFile(path('latin.txt')))]).toEqual([0x61, 0xe4, 0x0a])
  await apply('*** Delete File: latin.txt')
  expect(await readdir(bench.workspace.path)).toEqual([])
})

const change = ['@@', '-x', '+y']
const moved = (from: string, to: string) => [`*** Update File: ${from}`, `*** Move to: ${to}`]

test.each([
  ['a new file', [...moved('r.sh', 's.sh'), ...change], { 's.sh': 0o750 }],
  ['one that is there', [...moved('r.sh', 'plain'), ...change], { plain: 0o750 }],
  [
    'one that is changed again',
    [...moved('r.sh', 's.sh'), ...change, '*** Update File: s.sh', '@@', '-y', '+z'],
    { 's.sh': 0o750 },
  ],
  ['a third one', [...moved('r.sh', 's.sh'), ...change, ...moved('s.sh', 't.sh'), '@@', '-y', '+z'], { 't.sh': 0o750 }],
  [
    'one that is left for a new file',
    [...moved('plain', 's.sh'), ...change, ...moved('r.sh', 'plain'), ...change],
    { 's.sh': 0o604, plain: 0o750 },
  ],
])('a file that is moved to %s keeps its permission bits', async (_, lines, modes) => {
  const { apply, path } = await open({ 'r.sh': 'x\n', plain: 'x\n' })
  await chmod(path('r.sh'), 0o750)
  await chmod(path('plain'), 0o604)
  expect((await apply(...lines)).output.failed).toBeUndefined()
  const found = Object.keys(modes).map(async (name) => [name, (await stat(path(name))).mode & 0o7777])
  expect(Object.fromEntries(await Promise.all(found))).toEqual(modes)
})

test('a file that is moved does not bring the bits that set an id', async () => {
  const { apply, path } = await open({ 'r.sh': 'x\n' })
  await chmod(path('r.sh'), 0o6755)
  expect((await apply(...moved('r.sh', 's.sh'), ...change)).output.failed).toBeUndefined()
  expect((await stat(path('s.sh'))).mode & 0o7777).toBe(0o755)
})

test('a new file where a moved one was removed again does not get its bits', async () => {
  const { apply, path } = await open({ 'r.sh': 'x\n' })
  await chmod(path('r.sh'), 0o750)
  const { output } = await apply(...moved('r.sh', 's'), ...change, '*** Delete File: s', '*** Add File: s', '+n')
  expect(output.failed).toBeUndefined()
  expect((await stat(path('s'))).mode & 0o111).toBe(0)
})
