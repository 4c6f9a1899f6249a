import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { findWorkspace } from './workspace.ts'

let directory = ''
beforeEach(async () => {
  directory = await realpath(await mkdtemp(join(tmpdir(), 'codex-workspace-')))
  await mkdir(join(directory, 'repo/sub/deep'), { recursive: true })
})
afterEach(() => rm(directory, { recursive: true }))

test('the root is the nearest directory with a marker', async () => {
  await mkdir(join(directory, 'repo/.git'))
  expect(await findWorkspace(join(directory, 'repo/sub/deep'), ['.git'])).toEqual({
    cwd: join(directory, 'repo/sub/deep'),
    root: join(directory, 'repo'),
    isRepository: true,
  })
})

test('a .git file, as worktrees have, marks a root', async () => {
  await writeFile(join(directory, 'repo/sub/.git'), 'gitdir: elsewhere\n')
  expect((await findWorkspace(join(directory, 'repo/sub/deep'), ['.git'])).root).toBe(join(directory, 'repo/sub'))
})

test('without a marker the root is the working directory, by its real path', async () => {
  await symlink('repo', join(directory, 'link'))
  expect(await findWorkspace(join(directory, 'link/sub'), ['.git'])).toEqual({
    cwd: join(directory, 'repo/sub'),
    root: join(directory, 'repo/sub'),
    isRepository: false,
  })
})

test('other markers and none are obeyed, and git is still seen', async () => {
  await mkdir(join(directory, 'repo/.git'))
  await writeFile(join(directory, 'repo/sub/package.json'), '{}')
  const cwd = join(directory, 'repo/sub/deep')
  expect(await findWorkspace(cwd, ['package.json'])).toEqual({
    cwd,
    root: join(directory, 'repo/sub'),
    isRepository: true,
  })
  expect(await findWorkspace(cwd, [])).toEqual({ cwd, root: cwd, isRepository: true })
})

test('a working directory that is not there is an error with exit code 1', async () => {
  await expect(findWorkspace(join(directory, 'none'), ['.git'])).rejects.toMatchObject({
    code: 'config.invalid',
    exitCode: 1,
  })
})

test('a working directory that is a file is an error', async () => {
  const file = join(directory, 'repo/file.txt')
  await writeFile(file, '')
  await expect(findWorkspace(file, ['.git'])).rejects.toMatchObject({
    code: 'config.invalid',
    message: expect.stringContaining('Not a directory'),
  })
})
