import { execFileSync } from 'node:child_process'
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { openUndo } from './open-undo.ts'
import type { UndoPlan } from './plan-undo.ts'

const signal = new AbortController().signal

/** A workspace with undo; `files` are there at first. */
async function workspace(files: Readonly<Record<string, string>>, more: { readonly maxFiles?: number } = {}) {
  const place = await mkdtemp(join(tmpdir(), 'undo-'))
  onTestFinished(() => rm(place, { recursive: true, force: true }))
  const root = join(place, 'work')
  await mkdir(root)
  const write = async (path: string, text: string) => {
    await mkdir(dirname(join(root, path)), { recursive: true })
    await writeFile(join(root, path), text)
  }
  for (const [path, text] of Object.entries(files)) await write(path, text)
  const undo = openUndo(
    { codexHome: join(place, 'home'), workspaceRoot: root, searchPath: process.env.PATH ?? '' },
    {
      now: () => new Date(),
      mayRecord: (path) => !path.endsWith('.env'),
      trackedIgnored: async () => [],
      limits: { maxFiles: more.maxFiles ?? 100, maxFileBytes: 1000, maxBytes: 20_000 },
    },
  )
  const turn = async (name: string, work: () => Promise<unknown>) => {
    await undo.begin({ turn: name, thread: 't', kind: 'turn', title: name }, signal)
    await work()
    await undo.end(name, signal)
  }
  const plan = async (...names: readonly string[]) => {
    const turns = await undo.turns()
    return await undo.plan(
      turns.filter(({ turn: each }) => names.includes(each)),
      turns,
      signal,
    )
  }
  return { place, root, undo, write, turn, plan }
}

const wantedIn = ({ steps }: UndoPlan) =>
  Object.fromEntries(steps.map(({ path, wanted: state }) => [path, state && Buffer.from(state.bytes).toString()]))

test('what a turn changed, made and deleted becomes what it was, byte for byte', async () => {
  const { root, write, turn, plan } = await workspace({
    'a.txt': 'one\r\n',
    'b.txt': 'b',
    'd/e.bin': '\0\xff',
    '.gitattributes': '* text=auto eol=lf\n',
  })
  await turn('1', async () => {
    await write('a.txt', 'two\n')
    await rm(join(root, 'b.txt'))
    await write('new/c.txt', 'c')
    await chmod(join(root, 'd/e.bin'), 0o755)
  })
  const found = await plan('1')
  expect(wantedIn(found)).toEqual({ 'a.txt': 'one\r\n', 'b.txt': 'b', 'new/c.txt': undefined, 'd/e.bin': '\0\xff' })
  expect(found.steps.find(({ path }) => path === 'd/e.bin')).toMatchObject({
    current: { mode: '100755' },
    wanted: { mode: '100644' },
  })
  expect(found.conflicts).toEqual([])
})

test('later edits of a person stay: joined where that is clear, else the file is left as it is', async () => {
  const lines = (...changed: readonly string[]) =>
    ['1', '2', '3', '4', '5', '6', '7', '8'].map((line, index) => changed[index] || line).join('\n')
  const { write, turn, plan, root } = await workspace({ 'far.txt': lines(), 'near.txt': 'x\n', 'gone.txt': 'g' })
  await turn('1', async () => {
    await write('far.txt', lines('one'))
    await write('near.txt', 'y\n')
    await write('made.txt', 'made')
    await write('gone.txt', 'h')
  })
  await write('far.txt', lines('one', '', '', '', '', '', '', 'eight'))
  await write('near.txt', 'z\n')
  await write('made.txt', 'made and kept')
  await rm(join(root, 'gone.txt'))
  const found = await plan('1')
  expect(wantedIn(found)).toEqual({ 'far.txt': lines('', '', '', '', '', '', '', 'eight') })
  expect(found.steps).toMatchObject([{ merged: true }])
  expect(found.conflicts.map(({ path }) => path)).toEqual(['gone.txt', 'made.txt', 'near.txt'])
})

test('several turns are taken back together, and what a person did between them stays', async () => {
  const { write, turn, plan } = await workspace({ 'a.txt': 'a0', 'mine.txt': 'm0' })
  await turn('1', () => write('a.txt', 'a1'))
  await write('mine.txt', 'm1')
  await turn('2', async () => {
    await write('a.txt', 'a2')
    await write('mine.txt', 'm2')
  })
  expect(wantedIn(await plan('2'))).toEqual({ 'a.txt': 'a1', 'mine.txt': 'm1' })
  expect(wantedIn(await plan('1', '2'))).toEqual({ 'a.txt': 'a0', 'mine.txt': 'm1' })
})

test('what another turn may have changed at the same time is left as it is, and the turn is named; both together go back', async () => {
  const { write, plan, undo } = await workspace({ 'a.txt': 'a0', 'b.txt': 'b0', 'both.txt': '0' })
  const begin = (turn: string) => undo.begin({ turn, thread: turn, kind: 'turn', title: turn }, signal)
  await begin('1')
  await write('a.txt', 'a1')
  await write('both.txt', '1')
  await begin('2')
  await write('both.txt', '2')
  await undo.end('1', signal)
  await write('b.txt', 'b2')
  await write('both.txt', '3')
  await undo.end('2', signal)
  await begin('3')
  await write('c.txt', 'c')
  await undo.end('3', signal)

  const first = await plan('1')
  expect(wantedIn(first)).toEqual({ 'a.txt': 'a0' })
  expect(first.conflicts).toEqual([{ path: 'both.txt', reason: expect.stringContaining('another turn') }])
  expect(first.overlaps).toMatchObject([{ turn: { turn: '2' }, files: ['b.txt', 'both.txt'] }])
  const second = await plan('2')
  expect(wantedIn(second)).toEqual({ 'b.txt': 'b0' })
  expect(second.overlaps).toMatchObject([{ turn: { turn: '1' }, files: ['a.txt', 'both.txt'] }])

  const together = await plan('1', '2', '3')
  expect(wantedIn(together)).toEqual({ 'a.txt': 'a0', 'b.txt': 'b0', 'both.txt': '0', 'c.txt': undefined })
  expect([together.conflicts, together.overlaps]).toEqual([[], []])
})

test('ignored, protected and large files, pipes and nested repositories are not recorded', async () => {
  const { place, root, write, turn, plan, undo } = await workspace({
    '.gitignore': 'out/\n',
    'out/x': 'x',
    '.env': 'SECRET=abc',
    'large.txt': 'l'.repeat(2000),
  })
  await mkdir(join(root, 'nested', '.git', 'refs'), { recursive: true })
  execFileSync('mkfifo', [join(root, 'pipe')])
  await symlink('/etc/passwd', join(root, 'link'))
  await turn('1', async () => {
    await write('out/x', 'y')
    await write('.env', 'SECRET=def')
    await write('large.txt', 'm'.repeat(2000))
  })
  expect(await plan('1')).toEqual({ steps: [], conflicts: [], overlaps: [] })
  expect((await undo.turns())[0]?.leftOut).toEqual(['large.txt'])
  const [name = ''] = await readdir(join(place, 'home', 'undo'))
  const gitDir = join(place, 'home', 'undo', name)
  const objects = execFileSync(
    'git',
    ['--git-dir', join(gitDir, 'git'), 'cat-file', '--batch-all-objects', '--batch'],
    { encoding: 'utf8' },
  )
  expect(objects).toContain('/etc/passwd') // the link itself
  expect(objects).not.toMatch(/SECRET|root:x|llll/)
})

test('with too many files undo is off for the turn, and says so', async () => {
  const { write, turn, undo, plan } = await workspace(
    Object.fromEntries(Array.from({ length: 9 }, (_, index) => [`f${index}`, ''])),
    { maxFiles: 5 },
  )
  await turn('1', () => write('f0', 'changed'))
  expect(await undo.turns()).toMatchObject([{ turn: '1', off: expect.stringContaining('9 files') }])
  expect(await plan('1')).toEqual({ steps: [], conflicts: [], overlaps: [] })
})

test('with too much to read undo is off for the turn, and says so', async () => {
  const files = Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`f${index}`, 'x'.repeat(900)]))
  const { write, turn, undo } = await workspace(files)
  await turn('1', () => write('f0', 'changed'))
  expect(await undo.turns()).toMatchObject([{ turn: '1', off: expect.stringContaining('MiB would have to be') }])
})

test("the user's repository, its index and its stash are not touched", async () => {
  const { root, write, turn, plan } = await workspace({ 'a.txt': 'one' })
  const git = (...args: readonly string[]) =>
    execFileSync('git', ['-c', 'user.name=n', '-c', 'user.email=e@x', ...args], { cwd: root, encoding: 'utf8' })
  git('init', '-q')
  git('add', '.')
  git('commit', '-qm', 'first')
  await write('a.txt', 'staged')
  git('add', '.')
  const state = async () => [
    git('status', '--porcelain'),
    git('stash', 'list'),
    (await readFile(join(root, '.git', 'index'))).toString('hex'),
    (await stat(join(root, '.git', 'objects'))).mtimeMs,
  ]
  const before = await state()
  await turn('1', () => write('b.txt', 'new'))
  expect(wantedIn(await plan('1'))).toEqual({ 'b.txt': undefined })
  await rm(join(root, 'b.txt'))
  expect(await state()).toEqual(before)
})
