import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { openToolBench } from '../../../test/support/tool-bench.ts'
import { type Difference, type DifferenceOptions, defineTool, z } from '../../plugin-api/index.ts'

const tool = defineTool({
  name: 'difference',
  description: 'Gives what is different.',
  input: z.strictObject({ of: z.string().optional(), revision: z.string().optional(), until: z.string().optional() }),
  effects: ['read'],
  parallel: true,
  run: async (input, ctx) => {
    const structured = await ctx.fs.readDifference(input as DifferenceOptions) // what the tests ask for
    return { text: 'done', structured }
  },
})

async function openBench(options: Parameters<typeof openToolBench>[1] = {}) {
  const bench = await openToolBench([tool], options)
  onTestFinished(() => bench.close())
  const { workspace } = bench
  return {
    ...bench,
    git: workspace.git,
    async commit(files: Readonly<Record<string, string>>, message: string) {
      await workspace.write(files)
      await workspace.git('add', '--all')
      await workspace.git('commit', '--quiet', `--message=${message}`)
    },
    async read(input: DifferenceOptions = {}): Promise<Difference> {
      const { output } = await bench.run('difference', input)
      return output.structured as Difference // given by the tool above
    },
  }
}

async function openRepository() {
  const bench = await openBench()
  await bench.git('init', '--quiet', '--initial-branch=main')
  await bench.commit({ 'a.ts': 'one\ntwo\nthree\n', 'gone.ts': 'x\ny\n', 'moved.ts': 'a\nb\nc\nd\ne\n' }, 'first')
  return bench
}

test('what is staged, changed, moved, deleted and new in the working tree is told by line', async () => {
  const bench = await openRepository()
  await bench.workspace.write({ 'a.ts': 'one\n2\nthree\nfour\n', 'new dir/ä.ts': 'neu\r\nzwei\n', 'logo.bin': 'a\0b' })
  await rm(join(bench.workspace.path, 'gone.ts'))
  await bench.git('mv', 'moved.ts', 'here.ts')
  const { of, base, files, denied } = await bench.read()
  expect({ of, base, denied }).toEqual({ of: 'working_tree', base: 'HEAD', denied: 0 })
  expect(files).toEqual([
    {
      path: 'a.ts',
      status: 'modified',
      removed: 1,
      binary: false,
      added: [
        { line: 2, text: '2' },
        { line: 4, text: 'four' },
      ],
    },
    { path: 'gone.ts', status: 'deleted', removed: 2, binary: false, added: [] },
    { path: 'here.ts', status: 'renamed', from: 'moved.ts', removed: 0, binary: false, added: [] },
    { path: 'logo.bin', status: 'added', removed: 0, binary: true, added: [] },
    {
      path: 'new dir/ä.ts',
      status: 'added',
      removed: 0,
      binary: false,
      added: [
        { line: 1, text: 'neu' },
        { line: 2, text: 'zwei' },
      ],
    },
  ])
})

test('what is staged is told apart from what is not', async () => {
  const bench = await openRepository()
  await bench.workspace.write({ 'a.ts': 'staged\n' })
  await bench.git('add', 'a.ts')
  await bench.workspace.write({ 'gone.ts': 'not staged\n', 'new.ts': '1\n' })
  expect((await bench.read({ of: 'staged' })).files.map(({ path }) => path)).toEqual(['a.ts'])
  expect((await bench.read()).files.map(({ path }) => path)).toEqual(['a.ts', 'gone.ts', 'new.ts'])
})

test('where the working tree is clean, the last commit counts; that of a new repository is whole', async () => {
  const bench = await openRepository()
  expect(await bench.read()).toMatchObject({
    ...{ of: 'last_commit', base: 'nothing, since there is no commit before' },
    files: [{ path: 'a.ts', status: 'added' }, { path: 'gone.ts' }, { path: 'moved.ts' }],
  })
  await bench.commit({ 'a.ts': 'one\nTWO\nthree\n' }, 'second')
  const last = await bench.read()
  expect(last).toMatchObject({ of: 'last_commit', files: [{ path: 'a.ts', added: [{ line: 2, text: 'TWO' }] }] })
  expect((await bench.read({ of: 'working_tree' })).files).toEqual([])
})

test('a branch is compared with where it left the main one, and anything with a revision', async () => {
  const bench = await openRepository()
  await bench.git('switch', '--quiet', '--create', 'feature')
  await bench.commit({ 'b.ts': 'b\n' }, 'second')
  await bench.commit({ 'c.ts': 'c\n' }, 'third')
  const branch = await bench.read({ of: 'branch' })
  expect(branch.base).toMatch(/^main \(merge base [0-9a-f]{10}\)$/)
  expect(branch.files.map(({ path }) => path)).toEqual(['b.ts', 'c.ts'])
  expect((await bench.read({ of: 'since', revision: 'HEAD~1' })).files.map(({ path }) => path)).toEqual(['c.ts'])
  expect((await bench.read({ of: 'since', revision: 'nowhere' })).problem).toBe('no_revision')
  expect((await bench.read({ of: 'since', revision: '--output=x' })).problem).toBe('no_revision')
  await bench.git('switch', '--quiet', 'main')
  await bench.commit({ 'later.ts': 'x\n' }, 'on main')
  await bench.git('switch', '--quiet', 'feature')
  const since = await bench.read({ of: 'since', revision: 'main' })
  expect(since.base).toMatch(/^main \(merge base [0-9a-f]{10}\)$/)
  expect(since.files.map(({ path }) => path)).toEqual(['b.ts', 'c.ts'])
  await bench.git('switch', '--quiet', 'main')
  expect((await bench.read({ of: 'branch' })).problem).toBe('no_branch')
})

test('before the first commit everything is new; without a repository there is nothing to compare', async () => {
  const bench = await openBench({ files: { 'a.ts': '1\n' } })
  expect(await bench.read()).toEqual({ of: 'working_tree', base: '', files: [], denied: 0, problem: 'no_repository' })
  await bench.git('init', '--quiet')
  expect(await bench.read()).toMatchObject({ of: 'working_tree', files: [{ path: 'a.ts', status: 'added' }] })
})

test('files that may not be read are left out and counted, and nothing of the repository runs', async () => {
  const bench = await openRepository()
  await bench.workspace.write({
    '.env': 'TOKEN=1\n',
    'a.ts': 'changed\n',
    '.gitattributes': '*.ts diff=evil\n',
  })
  await bench.git('config', 'diff.evil.textconv', `touch ${bench.workspace.path}/ran; cat`)
  await bench.git('config', 'diff.external', `touch ${bench.workspace.path}/ran`)
  const { files, denied } = await bench.read()
  expect(files.map(({ path }) => path)).toEqual(['.gitattributes', 'a.ts'])
  expect(denied).toBe(1)
  await expect(bench.git('ls-files', '--others', 'ran')).resolves.toBe('')
  expect(bench.audit.filter((record) => record.type === 'decision').map(({ action }) => action.kind)).toEqual([
    'tool',
    'read_tree',
  ])
})

test('a commit, or a range of them, is what it was: nothing staged, changed or new since is in it', async () => {
  const bench = await openRepository()
  await bench.commit({ 'b.ts': 'b\n' }, 'second')
  await bench.commit({ 'c.ts': 'c\n' }, 'third')
  await bench.workspace.write({ 'staged.ts': '1\n', 'untracked.ts': '1\n', 'b.ts': 'changed\n' })
  await bench.git('add', 'staged.ts')
  const paths = async (options: DifferenceOptions) => {
    const { files, until, isCurrent } = await bench.read(options)
    return [files.map(({ path }) => path), until, isCurrent]
  }
  expect(await paths({ of: 'last_commit' })).toEqual([['c.ts'], 'HEAD', true])
  expect(await paths({ of: 'since', revision: 'HEAD~2', until: 'HEAD' })).toEqual([['b.ts', 'c.ts'], 'HEAD', false])
  expect(await paths({ of: 'since', revision: 'HEAD~2', until: 'HEAD~1' })).toEqual([['b.ts'], 'HEAD~1', false])
  // There are three commits.
  const all = await bench.read({ of: 'since', revision: 'HEAD~3', until: 'HEAD' })
  expect(all.files.map(({ path }) => path)).toEqual(['a.ts', 'b.ts', 'c.ts', 'gone.ts', 'moved.ts'])
  expect((await bench.read({ of: 'since', revision: 'HEAD~1', until: 'none' })).problem).toBe('no_revision')
})
