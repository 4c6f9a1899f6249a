import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { findGitDirectory } from './find-git-directory.ts'

function makeRoot(): string {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'git-directory-')))
  onTestFinished(() => rmSync(root, { recursive: true, force: true }))
  return root
}

test('a linked work tree names its own and the shared directory', () => {
  const root = makeRoot()
  for (const directory of ['main/worktrees/one', 'tree/src']) mkdirSync(join(root, directory), { recursive: true })
  writeFileSync(join(root, 'tree/.git'), 'gitdir: ../main/worktrees/one\n')
  writeFileSync(join(root, 'main/worktrees/one/HEAD'), '')
  writeFileSync(join(root, 'main/worktrees/one/commondir'), '../..\n')
  expect(findGitDirectory(join(root, 'tree/src'))).toEqual({
    workTree: join(root, 'tree'),
    gitDir: join(root, 'main/worktrees/one'),
    commonDir: join(root, 'main'),
  })
})

test.runIf(process.platform !== 'win32')('a pipe in the place of commondir makes nobody wait', () => {
  const root = makeRoot()
  mkdirSync(join(root, 'gd'))
  for (const name of ['commondir', 'HEAD']) execFileSync('mkfifo', [join(root, 'gd', name)])
  writeFileSync(join(root, '.git'), 'gitdir: gd\n')
  expect(findGitDirectory(root)).toMatchObject({ commonDir: join(root, 'gd') })
})

test('a .git file that is longer than git takes is none', () => {
  const root = makeRoot()
  mkdirSync(join(root, 'gd'))
  writeFileSync(join(root, 'gd/HEAD'), '')
  writeFileSync(join(root, '.git'), 'gitdir: gd\n')
  expect(findGitDirectory(root)).toBeDefined()
  truncateSync(join(root, '.git'), 3 * 1024 ** 3)
  expect(findGitDirectory(root)).toBeUndefined()
})
