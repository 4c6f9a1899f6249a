import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chmod, lstat, mkdir, readdir, readFile, readlink, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { makeCodexHome } from '../../../test/support/codex-home.ts'
import { makeWorkspace } from '../../../test/support/temp-workspace.ts'
import { filesIn, snapshotOf } from '../../../test/support/writing-run.ts'
import type { ApprovalRequest } from '../../plugin-api/index.ts'
import { undoableTurns, undoTurns } from '../undo/undo-turns.ts'
import { openWorkplaces } from './open-workplaces.ts'

const { signal } = new AbortController()
const asking = `id = "asking"
description = "Asks before it writes."
approval_policy = "on-request"
[read]
allow = ["/**"]
[write]
allow = []
ask = [":workspace"]
[exec]
allow = ["*"]
`
const everywhere = { write: ['**'], title: 'Work' }

/** A run over a workspace with these files, committed where it is a repository. */
async function run(files: Readonly<Record<string, string>>, { git = true } = {}) {
  const [home, workspace] = [await makeCodexHome(), await makeWorkspace({ files, git })]
  onTestFinished(async () => {
    await home.remove()
    await workspace.remove()
  })
  const deps = await snapshotOf({ ...home, workspace: workspace.path })
  const open = (runId = 'run') => openWorkplaces({ runId }, deps, signal)
  return { home, workspace, deps, open, at: filesIn(workspace.path), runs: join(home.codexHome, 'worktrees') }
}

const gitIn = (cwd: string, ...argv: readonly string[]) =>
  execFileSync('git', argv, { cwd, encoding: 'utf8', env: { PATH: process.env.PATH, GIT_CONFIG_GLOBAL: '/dev/null' } })

test('a copy is the workspace as it is, with what is not committed, behind its history', async () => {
  const { workspace, at, open, home } = await run({
    'a.txt': 'a\n',
    'gone.txt': 'x',
    '.gitignore': 'out/\n',
    '.env.example': 'E',
  })
  await at.write('a.txt', 'dirty\n')
  await at.write('new.txt', 'new\n')
  await at.write('out/big', 'ignored')
  await at.write('.env', 'KEY=secret')
  await rm(join(workspace.path, 'gone.txt'))
  const place = await (await open()).openWorkplace({ id: 'one', ...everywhere }, 1, signal)
  expect(place.cwd).toBe(join(home.codexHome, 'worktrees/run/one'))
  expect((await readdir(place.cwd)).sort()).toEqual(['.env.example', '.git', '.gitignore', 'a.txt', 'new.txt'])
  expect(await filesIn(place.cwd).read('a.txt')).toBe('dirty\n')
  expect(gitIn(place.cwd, 'status', '--porcelain')).toBe('')
  expect(gitIn(place.cwd, 'log', '--format=%s').trim().split('\n')).toEqual(['The workspace before: Work', 'start'])
  expect(gitIn(place.cwd, 'diff', '--stat', 'main')).toContain('new.txt')
  await filesIn(place.cwd).write('a.txt', 'mine\n')
  expect(gitIn(place.cwd, 'diff')).toContain('-dirty\n+mine')
  // The repository of the workspace knows nothing of it.
  expect((await workspace.git('worktree', 'list')).trim().split('\n')).toHaveLength(1)
  expect(await workspace.git('rev-list', '--all', '--count')).toBe('1\n')
  expect(await workspace.git('status', '--porcelain')).toBe(' M a.txt\n D gone.txt\n?? .env\n?? new.txt\n')
})

test('making and merging a copy runs no hook, filter or driver of the repository', async () => {
  const { workspace, at, open } = await run({
    'a.txt': 'a\n',
    '.gitattributes': '* filter=evil merge=evil text eol=crlf\n',
  })
  const mark = `touch ${workspace.path}/ran; cat`
  for (const [key, value] of [
    ['filter.evil.smudge', mark],
    ['filter.evil.clean', mark],
    ['filter.evil.process', mark],
    ['merge.evil.driver', mark],
    ['core.fsmonitor', mark],
    ['core.hooksPath', join(workspace.path, 'hooks')],
  ] as const) {
    await workspace.git('config', key, value)
  }
  for (const hook of ['post-checkout', 'post-index-change', 'reference-transaction', 'post-commit']) {
    await at.write(`hooks/${hook}`, `#!/bin/sh\ntouch ${workspace.path}/ran\n`)
    await chmod(join(workspace.path, 'hooks', hook), 0o755)
  }
  const place = await (await open()).openWorkplace({ id: 'one', ...everywhere }, 1, signal)
  await filesIn(place.cwd).write('a.txt', 'a\nmine\n')
  await at.write('a.txt', 'theirs\na\n')
  expect(await place.merge(signal)).toEqual({ status: 'merged', files: [{ path: 'a.txt', change: 'update' }] })
  expect(await at.read('a.txt')).toBe('theirs\na\nmine\n')
  expect(existsSync(join(workspace.path, 'ran'))).toBe(false)
})

test('what two tasks changed in one file is joined, and each merge is one step to take back', async () => {
  const { at, open, deps } = await run({ 'a.txt': '1\n2\n3\n4\n5\n6\n7\n', 'b.txt': 'b' })
  const places = await open()
  const one = await places.openWorkplace({ id: 'one', ...everywhere }, 1, signal)
  const two = await places.openWorkplace({ id: 'two', ...everywhere }, 1, signal)
  await filesIn(one.cwd).write('a.txt', 'ONE\n2\n3\n4\n5\n6\n7\n')
  await filesIn(one.cwd).write('deep/new.txt', 'n')
  await filesIn(two.cwd).write('a.txt', '1\n2\n3\n4\n5\n6\nTWO\n')
  await rm(join(two.cwd, 'b.txt'))
  const merged = await Promise.all([one.merge(signal), two.merge(signal)])
  expect(merged.map(({ status }) => status)).toEqual(['merged', 'merged'])
  expect(await at.read('a.txt')).toBe('ONE\n2\n3\n4\n5\n6\nTWO\n')
  expect(await at.read('b.txt')).toBeUndefined()
  expect((await undoableTurns(deps)).map(({ title }) => title)).toEqual(['merge of task one', 'merge of task two'])
  await undoTurns({ agree: async () => true }, deps, signal)
  expect(await at.read('a.txt')).toBe('ONE\n2\n3\n4\n5\n6\n7\n')
  expect(await at.read('b.txt')).toBe('b')
  await undoTurns({ agree: async () => true }, deps, signal)
  expect(await at.read('a.txt')).toBe('1\n2\n3\n4\n5\n6\n7\n')
  expect(await at.read('deep/new.txt')).toBeUndefined()
})

test('where two tasks changed the same lines nothing is written, all sides stay, and the conflict names who', async () => {
  const { at, open, runs } = await run({ 'a.txt': 'base\n' })
  const places = await open()
  const one = await places.openWorkplace({ id: 'one', ...everywhere }, 1, signal)
  const two = await places.openWorkplace({ id: 'two', ...everywhere }, 1, signal)
  await filesIn(one.cwd).write('a.txt', 'one\n')
  await filesIn(two.cwd).write('a.txt', 'two\n')
  await filesIn(two.cwd).write('other.txt', 'o')
  await one.merge(signal)
  expect(await two.merge(signal)).toEqual({
    status: 'conflict',
    conflicts: [{ path: 'a.txt', reason: 'both changed the same places', tasks: ['one'] }],
    kept: two.cwd,
  })
  expect(await at.read('a.txt')).toBe('one\n')
  expect(await at.read('other.txt')).toBeUndefined()
  await one.discard()
  await two.discard()
  await places.close()
  expect(existsSync(one.cwd)).toBe(false)
  expect(await filesIn(two.cwd).read('a.txt')).toBe('two\n')
  // A later run leaves it too, and says where it is.
  const later = await open('later')
  expect(later.left).toMatchObject([{ run: 'run', task: 'two', directory: two.cwd }])
  await later.close()
  expect((await readdir(runs)).filter((name) => !name.startsWith('.'))).toEqual(['run'])
})

test.each<readonly [string, (copy: string, workspace: string) => Promise<unknown>, string, string]>([
  [
    'a file that one removed and the other changed',
    async (copy, workspace) => {
      await rm(join(copy, 'a.txt'))
      await writeFile(join(workspace, 'a.txt'), '1\n2\n3\nmore\n')
    },
    'a.txt',
    'it was changed in the workspace and removed or moved here',
  ],
  [
    'a file that one changed and the other removed',
    async (copy, workspace) => {
      await writeFile(join(copy, 'a.txt'), '1\n2\n3\nmore\n')
      await rm(join(workspace, 'a.txt'))
    },
    'a.txt',
    'it was removed or moved in the workspace and changed here',
  ],
  [
    'binary files that both changed',
    async (copy, workspace) => {
      await writeFile(join(copy, 'b.bin'), Buffer.from([0, 1, 2]))
      await writeFile(join(workspace, 'b.bin'), Buffer.from([0, 1, 3]))
    },
    'b.bin',
    'both changed the same places',
  ],
  [
    'a file that both made',
    async (copy, workspace) => {
      await writeFile(join(copy, 'n.txt'), 'mine')
      await writeFile(join(workspace, 'n.txt'), 'yours')
    },
    'n.txt',
    'both made it, with different contents',
  ],
  [
    'a link that leads to different places',
    async (copy, workspace) => {
      for (const [root, target] of [
        [copy, 'mine'],
        [workspace, 'yours'],
      ] as const) {
        await rm(join(root, 'link'))
        await symlink(target, join(root, 'link'))
      }
    },
    'link',
    'both changed the same places',
  ],
  [
    'a file of the workspace that git ignores, where the copy has one',
    async (copy, workspace) => {
      await writeFile(join(copy, '.gitignore'), '')
      await writeFile(join(copy, 'out'), 'mine')
      await writeFile(join(workspace, 'out'), 'yours')
    },
    'out',
    'what stands there was not recorded, or changes again and again',
  ],
  [
    'a repository that was made in the copy',
    async (copy) => {
      await mkdir(join(copy, 'inner'))
      gitIn(join(copy, 'inner'), 'init', '--quiet')
      await writeFile(join(copy, 'inner', 'a'), 'a')
    },
    'inner',
    'it is a repository of its own',
  ],
  [
    'a file that is too large to be carried',
    (copy) => writeFile(join(copy, 'large'), Buffer.alloc(10 * 1024 * 1024 + 1, 'x')),
    'large',
    'it is larger than 10 MiB',
  ],
])('%s: a conflict, and no byte of either is lost', async (_, change, path, reason) => {
  const { workspace, open } = await run({ 'a.txt': '1\n2\n3\n', 'b.bin': '\0\0\0', '.gitignore': 'out\n' })
  await symlink('base', join(workspace.path, 'link'))
  const place = await (await open()).openWorkplace({ id: 'one', ...everywhere }, 1, signal)
  await change(place.cwd, workspace.path)
  const contents = async (root: string) => {
    const names = (await readdir(root)).filter((name) => name !== '.git').sort()
    const read = async (name: string) => {
      const facts = await lstat(join(root, name))
      if (facts.isDirectory()) return (await readdir(join(root, name))).join()
      return facts.isSymbolicLink() ? await readlink(join(root, name)) : await readFile(join(root, name), 'base64')
    }
    return await Promise.all(names.map(async (name) => [name, await read(name)]))
  }
  const before = [await contents(workspace.path), await contents(place.cwd)]
  expect(await place.merge(signal)).toEqual({
    status: 'conflict',
    conflicts: [{ path, reason, tasks: [] }],
    kept: place.cwd,
  })
  expect([await contents(workspace.path), await contents(place.cwd)]).toEqual(before)
})

test('a file that was moved takes along what was changed in the workspace meanwhile', async () => {
  const lines = Array.from({ length: 20 }, (_, index) => `line ${index}\n`).join('')
  const { workspace, at, open } = await run({ 'a.txt': lines })
  const place = await (await open()).openWorkplace({ id: 'one', ...everywhere }, 1, signal)
  await mkdir(join(place.cwd, 'sub'))
  await rename(join(place.cwd, 'a.txt'), join(place.cwd, 'sub/b.txt'))
  await at.write('a.txt', `${lines}more\n`)
  expect(await place.merge(signal)).toMatchObject({ status: 'merged' })
  expect(await at.read('sub/b.txt')).toBe(`${lines}more\n`)
  expect(await readdir(workspace.path)).toEqual(['.git', 'sub'])
})

test('line ends, file modes, links and bytes come as they are', async () => {
  const { workspace, at, open } = await run({
    '.gitattributes': '* text=auto eol=lf\n*.lock merge=union\n',
    'crlf.txt': 'a\r\nb\r\nc\r\n',
    'run.sh': '#!/bin/sh\n',
    'plain.txt': 'p',
  })
  const place = await (await open()).openWorkplace({ id: 'one', ...everywhere }, 1, signal)
  const copy = filesIn(place.cwd)
  expect(await copy.read('crlf.txt')).toBe('a\r\nb\r\nc\r\n')
  await copy.write('crlf.txt', 'A\r\nb\r\nc\r\n')
  await at.write('crlf.txt', 'a\r\nb\r\nC\r\n')
  await chmod(join(place.cwd, 'run.sh'), 0o755)
  await copy.write('bytes.bin', Buffer.from([0, 255, 13, 10, 10]))
  await rm(join(place.cwd, 'plain.txt'))
  await symlink('crlf.txt', join(place.cwd, 'plain.txt'))
  expect(await place.merge(signal)).toMatchObject({ status: 'merged' })
  expect(await at.read('crlf.txt')).toBe('A\r\nb\r\nC\r\n')
  expect((await lstat(join(workspace.path, 'run.sh'))).mode & 0o111).toBe(0o111)
  expect(await readFile(join(workspace.path, 'bytes.bin'))).toEqual(Buffer.from([0, 255, 13, 10, 10]))
  expect(await readlink(join(workspace.path, 'plain.txt'))).toBe('crlf.txt')
})

test('submodules are not in a copy, and a merge leaves them as they are', async () => {
  const { workspace, open } = await run({ 'a.txt': 'a' })
  await workspace.git('init', '--quiet', 'sub')
  await workspace.git('-C', 'sub', 'commit', '--quiet', '--allow-empty', '-m', 'inner')
  await workspace.git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', './sub', 'sub')
  await filesIn(workspace.path).write('sub/dirty', 'd')
  const place = await (await open()).openWorkplace({ id: 'one', ...everywhere }, 1, signal)
  expect(await readdir(place.cwd)).toEqual(['.git', '.gitmodules', 'a.txt'])
  await filesIn(place.cwd).write('a.txt', 'b')
  expect(await place.merge(signal)).toMatchObject({ status: 'merged', files: [{ path: 'a.txt' }] })
  expect(await filesIn(workspace.path).read('sub/dirty')).toBe('d')
})

test('outside of a repository copies are made and merged in the same way', async () => {
  const { at, open } = await run({ 'a.txt': '1\n2\n3\n' }, { git: false })
  const place = await (await open()).openWorkplace({ id: 'one', ...everywhere }, 1, signal)
  expect(await readdir(place.cwd)).toEqual(['a.txt'])
  await filesIn(place.cwd).write('a.txt', '1\n2\n3\nmine\n')
  await at.write('a.txt', 'yours\n1\n2\n3\n')
  expect(await place.merge(signal)).toMatchObject({ status: 'merged' })
  expect(await at.read('a.txt')).toBe('yours\n1\n2\n3\nmine\n')
})

test('what lies outside of the scope of the task is not merged, nor is anything beside it', async () => {
  const { at, open } = await run({ 'src/a.ts': 'a', 'b.txt': 'b' })
  const place = await (await open()).openWorkplace({ id: 'one', title: 'T', write: ['src/**'] }, 1, signal)
  await filesIn(place.cwd).write('src/a.ts', 'mine')
  await filesIn(place.cwd).write('b.txt', 'mine')
  await expect(place.merge(signal)).rejects.toMatchObject({ code: 'permission.denied' })
  expect([await at.read('src/a.ts'), await at.read('b.txt')]).toEqual(['a', 'b'])
  expect(await filesIn(place.cwd).read('b.txt')).toBe('mine')
})

test('a second attempt has a copy of its own; what is closed without a change is gone', async () => {
  const { open, runs } = await run({ 'a.txt': 'a' })
  const places = await open()
  const first = await places.openWorkplace({ id: 'one', ...everywhere }, 1, signal)
  const second = await places.openWorkplace({ id: 'one', ...everywhere }, 2, signal)
  expect([first.cwd, second.cwd]).toEqual([join(runs, 'run/one'), join(runs, 'run/one.2')])
  await expect(open()).rejects.toMatchObject({ code: 'home.unwritable' })
  await places.close()
  expect((await readdir(runs)).filter((name) => !name.startsWith('.'))).toEqual([])
})

test.each(['once', 'deny'] as const)(
  'where the profile asks before a file is written the person is asked at the merge, and %s is obeyed',
  async (decision) => {
    const [home, workspace] = [
      await makeCodexHome({ 'profiles/asking.toml': asking }),
      await makeWorkspace({ files: { 'a.txt': 'a' }, git: true }),
    ]
    onTestFinished(async () => {
      await home.remove()
      await workspace.remove()
    })
    const deps = await snapshotOf({ ...home, workspace: workspace.path }, 'asking')
    const asked: unknown[] = []
    const approve = async ({ action }: ApprovalRequest) => {
      asked.push(action)
      return { decision, by: 'person' as const }
    }
    const places = await openWorkplaces({ runId: 'run', approve }, deps, signal)
    const place = await places.openWorkplace({ id: 'one', ...everywhere }, 1, signal)
    await filesIn(place.cwd).write('a.txt', 'mine')
    const merged = await place.merge(signal).catch((error: unknown) => error)
    expect(asked).toMatchObject([{ kind: 'write', path: join(workspace.path, 'a.txt') }])
    if (decision === 'once') expect(merged).toMatchObject({ status: 'merged' })
    else expect(merged).toMatchObject({ code: 'permission.denied' })
    expect(await filesIn(workspace.path).read('a.txt')).toBe(decision === 'once' ? 'mine' : 'a')
    await place.discard()
    expect((await places.close()).map(({ task }) => task)).toEqual(decision === 'once' ? [] : ['one'])
  },
)

test.each(['before', 'behind'])(
  'a merge that was done is not done again where the run goes on, killed %s the copy was removed',
  async (moment) => {
    const { at, open, runs } = await run({ 'a.txt': '1\n' })
    const killed = await open()
    const place = await killed.openWorkplace({ id: 'one', ...everywhere }, 1, signal)
    await filesIn(place.cwd).write('a.txt', '2\n')
    await place.merge(signal)
    if (moment === 'behind') await place.discard()
    // What a killed process leaves is a lock that nobody holds.
    await rm(join(runs, 'run', '.lock'))
    await at.write('a.txt', 'edited since\n')
    const again = await open()
    const same = await again.openWorkplace({ id: 'one', ...everywhere }, 1, signal)
    expect(same.cwd).toBe(place.cwd)
    expect(await same.merge(signal)).toEqual({ status: 'merged', files: [] })
    expect(await at.read('a.txt')).toBe('edited since\n')
    await same.discard()
    expect(await again.close()).toEqual([])
  },
)
