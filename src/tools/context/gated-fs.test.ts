import { rm, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { type BenchOptions, openToolBench, type ToolBench } from '../../../test/support/tool-bench.ts'
import type { Decision, GatedFs, Tree } from '../../plugin-api/index.ts'
import { createActionScope } from './gated-action.ts'
import { createGatedFs } from './gated-fs.ts'

const cleanups: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup()
})

interface FsBench {
  readonly fs: GatedFs
  readonly bench: ToolBench
  readonly denials: readonly Decision[]
  path(name: string): string
}

async function open(options: BenchOptions = {}): Promise<FsBench> {
  const bench = await openToolBench([], options)
  cleanups.push(() => bench.close())
  const { signal } = new AbortController()
  const denials: Decision[] = []
  const actions = createActionScope({ gate: bench.gate, denied: (decision) => denials.push(decision), signal })
  const { path: root } = bench.workspace
  return {
    bench,
    denials,
    fs: createGatedFs(actions, { gate: bench.gate, cwd: root, workspaceRoot: root, writer: bench.writer, signal }),
    path: (name) => join(root, name),
  }
}

const names = (tree: Tree) => tree.files.map((file) => file.relativePath)

test('reading is one decision and one outcome, at the real path', async () => {
  const { fs, bench, path } = await open({ files: { 'a.txt': '\ufeffhällo\n' } })
  await symlink('a.txt', path('link'))
  expect(await fs.readText('link')).toBe('hällo\n')
  expect(bench.audit).toMatchObject([
    { type: 'decision', action: { kind: 'read' }, outcome: 'allow' },
    { type: 'outcome', status: 'done', detail: '10 bytes' },
  ])
  expect(JSON.stringify(bench.audit)).toContain('/a.txt')
})

test('a missing file is the error of node:fs, and its outcome a failure', async () => {
  const { fs, bench } = await open()
  await expect(fs.readFile('gone')).rejects.toMatchObject({ code: 'ENOENT' })
  expect(bench.audit.at(-1)).toMatchObject({ status: 'failed', detail: 'ENOENT' })
})

test('a directory or a pipe is not read as a file', async () => {
  const { fs, path } = await open({ files: { 'd/a': '' } })
  await expect(fs.readFile('d')).rejects.toMatchObject({ code: 'EISDIR' })
  const { execFileSync } = await import('node:child_process')
  execFileSync('mkfifo', [path('pipe')])
  await expect(fs.readFile('pipe')).rejects.toMatchObject({ code: 'EINVAL' })
})

test('a directory is listed by name, links as links', async () => {
  const { fs, path } = await open({ files: { 'b.txt': '', 'a/x': '' } })
  await symlink('b.txt', path('c'))
  expect(await fs.list('.')).toEqual([
    { name: 'a', kind: 'directory' },
    { name: 'b.txt', kind: 'file' },
    { name: 'c', kind: 'symlink' },
  ])
  expect(await fs.stat('a')).toMatchObject({ kind: 'directory' })
})

test('a secret that a link names is denied', async () => {
  const { fs, denials, path } = await open({ files: { '.env': 'PASSWORD=hunter2' } })
  await symlink('.env', path('notes.txt'))
  await expect(fs.readText('notes.txt')).rejects.toMatchObject({ code: 'permission.denied' })
  expect(denials).toHaveLength(1)
})

test('a tree is one decision, sorted, without ignored, denied and large files', async () => {
  const { fs, bench, path } = await open({
    files: {
      '.gitignore': '*.log\n/build/\n',
      'a-b.txt': '',
      'a/b.txt': 'text',
      'a/.gitignore': '!keep.log\nlocal\n',
      'a/keep.log': '',
      'a/drop.log': '',
      'a/local': '',
      'build/out.js': '',
      'node_modules/m/index.js': '',
      '.git/HEAD': '',
      '.env': 'secret',
      'big.txt': 'x'.repeat(2000),
      'x.log': '',
    },
  })
  await symlink('/etc', path('etc'))
  const tree = await fs.openTree('.', { maxFileBytes: 1000 })
  expect(names(tree)).toEqual(['.gitignore', 'a-b.txt', 'a/.gitignore', 'a/b.txt', 'a/keep.log'])
  expect(tree.skipped).toEqual({ denied: 1, tooLarge: 1 })
  expect(await tree.files.find((file) => file.relativePath === 'a/b.txt')?.read()).toBe('text')
  expect(bench.audit.map((record) => record.type)).toEqual(['decision', 'outcome'])
})

test('without gitignore all but .git is there', async () => {
  const { fs } = await open({
    files: { '.gitignore': '*.log\n', 'x.log': '', 'node_modules/m.js': '', '.git/HEAD': '' },
  })
  expect(names(await fs.openTree('.', { gitignore: false }))).toEqual(['.gitignore', 'node_modules/m.js', 'x.log'])
})

test('rules above a root hold below it, unless the root itself is ignored: it was asked for', async () => {
  const { fs } = await open({
    files: {
      '.gitignore': 'gen/\n*.tmp\n',
      'src/a.ts': '',
      'src/b.tmp': '',
      'src/gen/c.ts': '',
      'gen/d.ts': '',
      'gen/e.tmp': '',
    },
  })
  expect(names(await fs.openTree('src'))).toEqual(['src/a.ts'])
  expect(names(await fs.openTree('gen'))).toEqual(['gen/d.ts', 'gen/e.tmp'])
})

test('a file is a tree of one, and a tree ends at its bound', async () => {
  const { fs } = await open({ files: { 'a.txt': '1', 'b.txt': '2', 'c/d.txt': '3' } })
  expect(names(await fs.openTree('b.txt'))).toEqual(['b.txt'])
  const cut = await fs.openTree('.', { maxFiles: 2 })
  expect([names(cut), cut.truncated]).toEqual([['a.txt', 'b.txt'], true])
})

test('a file of a tree that has become a link is not read', async () => {
  const { fs, path } = await open({ files: { 'a.txt': '1', '.env': 'PASSWORD=hunter2' } })
  const tree = await fs.openTree('.')
  await rm(path('a.txt'))
  await symlink('.env', path('a.txt'))
  await expect(tree.files[0]?.read()).rejects.toMatchObject({ code: 'ELOOP' })
})
