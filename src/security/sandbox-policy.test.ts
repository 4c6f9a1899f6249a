import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeEach, expect, test } from 'vitest'
import type { Permissions } from '../plugin-api/index.ts'
import { dimensionOf, pathDimension } from './permissions/dimension-of.ts'
import { everything, intersect } from './permissions/intersect.ts'
import { protectedPaths } from './protected-paths.ts'
import { buildSandboxPolicy } from './sandbox-policy.ts'

const root = realpathSync(mkdtempSync(path.join(tmpdir(), 'sandbox-policy-')))
afterAll(() => rmSync(root, { recursive: true, force: true }))
const workspaceRoot = path.join(root, 'ws')
const places = {
  workspaceRoot,
  codexHome: path.join(root, 'home/.codex'),
  homeDir: path.join(root, 'home'),
  tempDir: path.join(root, 'tmp'),
}
const ws = (...parts: string[]) => path.join(workspaceRoot, ...parts)
const put = (file: string, text = '') => {
  mkdirSync(path.dirname(file), { recursive: true })
  writeFileSync(file, text)
}

beforeEach(() => {
  rmSync(root, { recursive: true, force: true })
  for (const directory of [workspaceRoot, places.codexHome, places.tempDir]) mkdirSync(directory, { recursive: true })
})

const writing: Permissions = {
  ...everything,
  write: pathDimension({ allow: [workspaceRoot, places.tempDir, path.join(root, 'home/.npm')] }),
  network: dimensionOf({ allow: [] }),
}
const build = (permissions: Permissions, more: { protection?: 'on' | 'lifted'; temp?: 'private' | 'host' } = {}) =>
  buildSandboxPolicy({
    ...{ permissions, places, protectedPaths: protectedPaths(places), cwd: workspaceRoot },
    ...{ protection: 'on', temp: 'host', network: 'none' },
    ...more,
  })

test('the workspace and what else exists is writable, and the rest of the disk readable', async () => {
  expect(await build(writing)).toMatchObject({
    cwd: workspaceRoot,
    readable: 'all',
    writable: [places.tempDir, workspaceRoot],
    temp: 'host',
    network: 'none',
  })
  expect((await build(writing, { temp: 'private' })).writable).toEqual([workspaceRoot])
  mkdirSync(path.join(root, 'home/.npm'))
  expect((await build(writing)).writable).toContain(path.join(root, 'home/.npm'))
})

test('a workspace in the temp directory of the machine is read-only where the permissions do not let it be written', async () => {
  const inTemp = { ...places, tempDir: root }
  const of = (permissions: Permissions, temp: 'private' | 'host') =>
    buildSandboxPolicy({
      ...{ permissions, places: inTemp, protectedPaths: protectedPaths(inTemp), cwd: workspaceRoot },
      ...{ protection: 'on', temp, network: 'none' },
    })
  const reading = { ...everything, write: pathDimension({ allow: [] }) }
  expect((await of(reading, 'host')).readOnly).toContain(workspaceRoot)
  expect((await of(reading, 'private')).readOnly).not.toContain(workspaceRoot)
  expect((await of({ ...reading, write: pathDimension({ allow: [workspaceRoot] }) }, 'host')).readOnly).not.toContain(
    workspaceRoot,
  )
  const source = path.join(workspaceRoot, 'src')
  const partly = { ...reading, write: pathDimension({ allow: [source] }) }
  expect((await build(partly)).readOnly).not.toContain(workspaceRoot)
  // A part of it is writable; the temp directory is a private one then, which opens nothing of the rest.
  mkdirSync(source, { recursive: true })
  const made = await of(partly, 'host')
  expect([made.temp, made.writable, made.readOnly.includes(workspaceRoot)]).toEqual(['private', [source], false])
})

test('of what holds a copy of the workspace and CODEX_HOME around it, the copy alone is writable', async () => {
  const copy = path.join(places.codexHome, 'worktrees/run/one')
  mkdirSync(copy, { recursive: true })
  const at = { ...places, tempDir: root, workspaceRoot: copy }
  const made = await buildSandboxPolicy({
    ...{
      permissions: { ...everything, write: pathDimension({ allow: [places.homeDir, '/usr/local'] }) },
      places: at,
      cwd: copy,
    },
    ...{ protectedPaths: protectedPaths(at), protection: 'on', temp: 'host', network: 'none' },
  })
  expect(made).toMatchObject({ writable: [copy, '/usr/local'].sort(), temp: 'private' })
})

test('secrets of the workspace and of the home directory are masked, node_modules aside', async () => {
  for (const file of [
    '.env',
    'deep/er/.env.local',
    'certs/server.pem',
    '.env.example',
    'node_modules/x/.env',
    'src/a.ts',
  ])
    put(ws(file))
  put(path.join(root, 'home/.ssh/id_rsa'))
  put(path.join(root, 'home/.npmrc'))
  put(path.join(places.codexHome, 'auth.json'))
  put(path.join(root, 'dotfiles/aws/credentials'))
  symlinkSync(path.join(root, 'dotfiles/aws'), path.join(root, 'home/.aws'))
  const { denyRead } = await build(writing)
  // What this machine itself has of them is masked as well.
  expect(denyRead.filter((file) => file.startsWith(root))).toEqual(
    [
      path.join(root, 'dotfiles/aws'),
      path.join(places.codexHome, 'auth.json'),
      path.join(root, 'home/.npmrc'),
      path.join(root, 'home/.ssh'),
      ws('.env'),
      ws('certs/server.pem'),
      ws('deep/er/.env.local'),
    ].sort(),
  )
})

test('hooks and configuration of every repository stay, also of submodules, and the rest of .git is free', async () => {
  execFileSync('git', ['init', '-q', workspaceRoot])
  execFileSync('git', ['init', '-q', ws('nested')])
  put(ws('.git/modules/a/b/HEAD'))
  put(ws('real/HEAD'))
  put(ws('linked/.git'), `gitdir: ../real\n`)
  const { readOnly } = await build(writing)
  for (const repository of ['.git', 'nested/.git', '.git/modules/a/b', 'real']) {
    for (const name of ['hooks', 'config', 'config.worktree', 'info/attributes'])
      expect(readOnly).toContain(ws(repository, name))
  }
  expect(readOnly).toContain(ws('linked/.git'))
  expect(readOnly).toContain(ws('.codex'))
  expect(readOnly).not.toContain(ws('.git'))
  expect(readOnly).not.toContain(ws('.git/objects'))
})

test('where there is no repository, none can be made at the root', async () => {
  expect((await build(writing)).readOnly).toEqual(expect.arrayContaining([ws('.git'), ws('.codex'), ws('.agents')]))
})

test('layers that name different directories leave what lies in both', async () => {
  mkdirSync(ws('src'))
  const agent: Permissions = {
    ...everything,
    write: pathDimension({ allow: [ws('src'), '/etc'], deny: [ws('src/gen')] }),
  }
  const policy = await build(intersect(writing, agent))
  expect(policy.writable).toEqual([ws('src')])
  expect(policy.readOnly).toContain(ws('src/gen'))
})

test('readable directories are named where reading is narrowed', async () => {
  mkdirSync(ws('src'))
  const policy = await build({
    ...writing,
    read: pathDimension({ allow: [`${ws('src')}/**`], deny: [ws('src/private')] }),
  })
  expect(policy.readable).toEqual([ws('src')])
})

test('denied globs of reading become the files that exist', async () => {
  put(ws('a/data.sqlite'))
  const read = pathDimension({ allow: ['/**'], deny: [`${workspaceRoot}/**/*.sqlite`] })
  expect((await build({ ...writing, read })).denyRead).toContain(ws('a/data.sqlite'))
})

test.each([
  ['a part of a directory to write', { write: pathDimension({ allow: [`${workspaceRoot}/**/*.ts`] }) }],
  ['a part of a directory to read', { read: pathDimension({ allow: [`${workspaceRoot}/**/*.ts`] }) }],
  [
    'files by name that must not be written',
    { write: pathDimension({ allow: [workspaceRoot], deny: [`${workspaceRoot}/**/*.lock`] }) },
  ],
  [
    'files by name on the whole disk that must not be read',
    { read: pathDimension({ allow: ['/**'], deny: ['/**/*.sqlite'] }) },
  ],
])('%s cannot be expressed, and nothing runs', async (_what, narrower) => {
  await expect(build({ ...writing, ...narrower })).rejects.toMatchObject({ code: 'sandbox.failed' })
})

test('a glob that another layer rules out anyway is no hindrance', async () => {
  const agent: Permissions = { ...everything, write: pathDimension({ allow: [`${workspaceRoot}/**/*.ts`] }) }
  const policy = await build(intersect({ ...writing, write: pathDimension({ allow: [] }) }, agent))
  expect(policy.writable).toEqual([])
})

test('with the protection lifted nothing is masked', async () => {
  put(ws('.env'))
  const policy = await build(everything, { protection: 'lifted' })
  expect(policy).toMatchObject({ readable: 'all', writable: ['/'], denyRead: [], readOnly: [] })
})
