import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { makeCodexHome } from '../support/codex-home.ts'
import { runCodex } from '../support/run-codex.ts'

/** A clone with a submodule and a linked worktree, all beside each other, and a way to run a script in one of them. */
async function repositories() {
  const home = await makeCodexHome()
  onTestFinished(() => home.remove())
  // Not in the temp directory, which commands may write in any case.
  const path = mkdtempSync('/var/tmp/codex-git-')
  onTestFinished(() => rmSync(path, { recursive: true, force: true }))
  const git = (cwd: string, ...args: string[]) => {
    const settings = [
      'user.name=a',
      'user.email=a@example.com',
      'protocol.file.allow=always',
      'init.defaultBranch=main',
    ]
    return execFileSync('git', [...settings.flatMap((each) => ['-c', each]), ...args], {
      cwd: join(path, cwd),
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      env: { PATH: process.env.PATH, HOME: home.homeDir },
    })
  }
  for (const name of ['library', 'upstream']) {
    mkdirSync(join(path, name))
    git(name, 'init', '-q')
    git(name, 'commit', '-q', '--allow-empty', '-m', 'first')
  }
  git('upstream', 'submodule', 'add', '-q', join(path, 'library'), 'library')
  git('upstream', 'commit', '-q', '-m', 'library')
  git('.', 'clone', '-q', '--recurse-submodules', 'upstream', 'clone')
  git('clone', 'worktree', 'add', '-q', '../linked', '-b', 'linked')
  git('linked', 'submodule', 'update', '-q', '--init')
  writeFileSync(join(home.homeDir, '.gitconfig'), '[user]\nname = a\nemail = a@example.com\n')
  const run = (cwd: string, script: string) =>
    runCodex(['sandbox', '--profile', 'workspace-write', '--', 'sh', '-c', script], { home, cwd: join(path, cwd) })
  return { path, git, run }
}

const commit = (name: string) => `echo 1 > ${name} && git add -A && git commit -qm ${name} && git log --oneline`

test.each(['clone', 'linked', 'clone/library', 'linked/library'])('in %s a command commits', async (cwd) => {
  const { git, run } = await repositories()
  expect(await run(cwd, commit('made'))).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('made') })
  expect(git(cwd, 'log', '-1', '--format=%s')).toBe('made\n')
  expect(git(cwd, 'status', '--short')).toBe('')
})

test('in a linked worktree branches, merges, rebases and stashes work, with the submodule too', async () => {
  const { git, run } = await repositories()
  const script = [
    ...['set -e', 'git switch -qc side', commit('one'), 'git switch -q linked', commit('two')],
    ...['git merge -q side -m both', 'git switch -qc other side', commit('three'), 'git rebase -q linked'],
    ...['echo more >> one', 'git stash -q', 'git stash pop -q', 'git commit -qam four', 'cd library', commit('five')],
    ...['cd ..', 'git add library', 'git commit -qm six'],
  ]
  expect(await run('linked', script.join('\n'))).toMatchObject({ exitCode: 0, stderr: '' })
  expect(git('linked', 'log', '--format=%s').split('\n').slice(0, 4)).toEqual(['six', 'four', 'three', 'both'])
})

/** What makes git run programs or look elsewhere. */
const controls = [
  'hooks/pre-commit',
  'config',
  'config.worktree',
  'info/attributes',
  'worktrees/linked/config.worktree',
  'worktrees/linked/gitdir',
  'worktrees/linked/modules/library/hooks/pre-commit',
  'worktrees/linked/modules/library/config',
  'modules/library/hooks/post-commit',
]

test.each(['clone', 'linked'])('from %s a command changes nothing that makes git run programs', async (cwd) => {
  const { path, run } = await repositories()
  const files = controls.map((name) => join(path, 'clone', '.git', name))
  const texts = () => files.map((file) => (existsSync(file) ? readFileSync(file, 'utf8') : undefined))
  const before = texts()
  const attempts = files.map(
    (file) => `mkdir -p $(dirname ${file}); echo owned > ${file}; echo owned > ${file}.new; mv ${file}.new ${file}`,
  )
  await run(cwd, attempts.join('\n'))
  expect(texts()).toEqual(before)
})

test('a .git file that names a repository which does not know the workspace opens nothing', async () => {
  const { path, run } = await repositories()
  for (const [name, directory] of [
    ['forged', 'clone/.git/worktrees/linked'],
    ['forged-too', 'clone/.git'],
    ['forged-module', 'clone/.git/modules/library'],
  ] as const) {
    mkdirSync(join(path, name))
    writeFileSync(join(path, name, '.git'), `gitdir: ${join(path, directory)}\n`)
    const written = join(path, 'clone', '.git', 'written')
    expect((await run(name, `echo x > ${written}; echo x > ${join(path, directory, 'written')}`)).exitCode).not.toBe(0)
    expect(existsSync(written)).toBe(false)
    expect(existsSync(join(path, directory, 'written'))).toBe(false)
  }
})
