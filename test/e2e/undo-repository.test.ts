import { execFileSync } from 'node:child_process'
import { access, chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { scriptCase, snapshot } from '../support/script-case.ts'

const git = (cwd: string, ...args: readonly string[]) =>
  execFileSync('git', ['-c', 'user.name=n', '-c', 'user.email=e@x', '-c', 'protocol.file.allow=always', ...args], {
    ...{ cwd, encoding: 'utf8' as const, stdio: ['ignore', 'pipe', 'ignore'] as const },
  })

/** What must not change: what git says, and what it keeps. Looking may refresh the index, so its bytes come first. */
async function repositoryState(root: string) {
  const gitDir = git(root, 'rev-parse', '--absolute-git-dir').trim()
  return {
    index: (await readFile(join(gitDir, 'index'))).toString('hex'),
    files: (await readdir(gitDir, { recursive: true })).sort(),
    objects: git(root, 'count-objects', '-v'),
    stash: git(root, 'stash', 'list'),
    status: git(root, '--no-optional-locks', 'status', '--porcelain=v2', '--branch'),
    refs: git(root, 'for-each-ref'),
  }
}

async function commitAll(root: string) {
  git(root, 'add', '-A')
  git(root, 'commit', '-q', '--allow-empty', '-m', 'first')
}

test("the user's repository, its index, stash and objects are as they were, byte for byte", async () => {
  const { go, undo, root, now } = await scriptCase(
    ['echo t >> tracked; echo u >> untracked; echo i >> out/ignored; rm staged; echo n > new'],
    { tracked: 't\n', staged: 's\n', '.gitignore': 'out/\n' },
    async (directory) => {
      await commitAll(directory)
      await writeFile(join(directory, 'tracked'), 'stashed\n')
      git(directory, 'stash')
      await writeFile(join(directory, 'staged'), 'staged\n')
      git(directory, 'add', 'staged')
      await writeFile(join(directory, 'untracked'), 'u\n')
      await mkdir(join(directory, 'out'))
      await writeFile(join(directory, 'out', 'ignored'), 'i\n')
    },
    true,
  )
  const [before, files] = [await repositoryState(root), await now()]
  await go()
  await undo()
  // What is ignored is not put back.
  expect(await now()).toEqual({ ...files, 'out/ignored': expect.stringContaining('i\ni\n') })
  expect(await repositoryState(root)).toEqual(before)
})

test('hooks, filters, a file monitor and another work tree that a repository names do not run and do not count', async () => {
  const { go, undo, root, now } = await scriptCase(
    ['echo t >> tracked; echo n > new'],
    { tracked: 't\n', '.gitattributes': '* filter=trap diff=trap merge=trap\n' },
    async (directory) => {
      await commitAll(directory)
      const trap = join(directory, '.git', 'trap.sh')
      await writeFile(trap, `#!/bin/sh\ntouch ${join(directory, '.git')}/sprung\ncat\n`)
      await chmod(trap, 0o755)
      const settings = [
        'core.fsmonitor',
        'filter.trap.clean',
        'filter.trap.smudge',
        'filter.trap.process',
        'diff.trap.command',
      ]
      for (const name of [...settings, 'diff.trap.textconv', 'merge.trap.driver', 'core.pager', 'diff.external'])
        git(directory, 'config', name, trap)
      await mkdir(join(directory, '.git', 'hooks'), { recursive: true })
      for (const hook of ['post-index-change', 'post-checkout', 'pre-commit', 'reference-transaction', 'pre-auto-gc'])
        execFileSync('cp', [trap, join(directory, '.git', 'hooks', hook)])
      await mkdir(join(directory, '.git', 'elsewhere'))
      git(directory, 'config', 'core.worktree', join(directory, '.git', 'elsewhere'))
    },
    true,
  )
  const files = await now()
  await go()
  expect((await undo()).exitCode).toBe(0)
  expect(await now()).toEqual(files)
  await expect(access(join(root, '.git', 'sprung'))).rejects.toThrow('ENOENT')
  expect(await readdir(join(root, '.git', 'elsewhere'))).toEqual([])
})

test('variables of git that a person has set lead nothing astray', async () => {
  const { go, exec, undo, root, now, run } = await scriptCase(['echo 1 > a; echo 2 > b'], { a: '0\n' }, commitAll, true)
  const files = await now()
  const astray = join(root, '..', `${root.split('/').at(-1)}-astray`)
  const env = {
    GIT_DIR: astray,
    GIT_INDEX_FILE: join(astray, 'index'),
    GIT_WORK_TREE: astray,
    GIT_OBJECT_DIRECTORY: astray,
  }
  expect((await exec(['-s', 'workspace-write', 'go'], { env })).exitCode).toBe(0)
  expect(await now()).not.toEqual(files)
  expect((await run(['undo', '--yes'], { env })).exitCode).toBe(0)
  expect(await now()).toEqual(files)
  await expect(access(astray)).rejects.toThrow('ENOENT')
  expect([go, undo]).toHaveLength(2)
})

test('a linked work tree is a workspace of its own', async () => {
  const main = await scriptCase(['true'], { a: '0\n' }, commitAll, true)
  const linked = `${main.root}-linked`
  git(main.root, 'worktree', 'add', '-q', linked)
  try {
    const { run, exec } = await linkedCase(linked)
    const [before, files] = [await repositoryState(linked), await snapshot(linked)]
    await exec()
    expect(await snapshot(linked)).not.toEqual(files)
    expect((await run(['undo', '--yes'])).stdout).toBe('2 files are put back.\n')
    expect(await snapshot(linked)).toEqual(files)
    expect(await repositoryState(linked)).toEqual(before)
    expect(await readFile(join(main.root, 'a'), 'utf8')).toBe('0\n')
  } finally {
    git(main.root, 'worktree', 'remove', '--force', linked)
  }
})

async function linkedCase(cwd: string) {
  const session = await scriptCase(['echo 1 > a; echo 2 > b'], {})
  const at = { cwd }
  return {
    run: (argv: readonly string[]) => session.run(argv, at),
    exec: async () => expect((await session.exec(['-s', 'workspace-write', 'go'], at)).exitCode).toBe(0),
  }
}

test('what lies in a submodule or in another repository below is left alone, also where a turn makes one', async () => {
  const inner = await scriptCase(['true'], { s: 's\n' }, commitAll, true)
  const { go, undo, root } = await scriptCase(
    ['echo x >> sub/s; echo x >> nested/n; echo x >> a; git init -q made; echo x > made/m'],
    { a: 'a\n', 'nested/n': 'n\n', 'made/was': 'w\n' },
    async (directory) => {
      git(join(directory, 'nested'), 'init', '-q')
      git(directory, 'submodule', 'add', '-q', inner.root, 'sub')
      git(directory, 'add', 'a', 'made')
      git(directory, 'commit', '-q', '--allow-empty', '-m', 'first')
    },
    true,
  )
  await go()
  const done = await undo()
  expect(done.exitCode).toBe(0)
  const read = (path: string) => readFile(join(root, path), 'utf8')
  expect([await read('a'), await read('sub/s'), await read('nested/n')]).toEqual(['a\n', 's\nx\n', 'n\nx\n'])
  expect(await read('made/was')).toBe('w\n')
})
