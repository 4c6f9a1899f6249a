import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { gitControlPaths } from './git-control-paths.ts'
import { surveyTree } from './survey-tree.ts'

// A repository of strangers, or a command before, may have left anything where the sandbox has to look.

const wantsSecrets = { wants: ({ name }: { readonly name: string }) => name.startsWith('.env') }

function makeRoot(): string {
  const root = realpathSync(mkdtempSync(path.join(tmpdir(), 'hostile-')))
  onTestFinished(() => rmSync(root, { recursive: true, force: true }))
  return root
}

/** Paths that are no text cannot be made by their names alone. */
const inBytes = (root: string, name: Buffer) => Buffer.concat([Buffer.from(`${root}/`), name])

// Other systems take no such names.
const onLinux = test.runIf(process.platform === 'linux')

onLinux('a secret below a directory whose name is no UTF-8 is found, and nothing runs beside it', async () => {
  const root = makeRoot()
  const directory = inBytes(root, Buffer.from([0xff, 0x64]))
  mkdirSync(directory)
  expect(await surveyTree(root, wantsSecrets)).toEqual([])
  writeFileSync(Buffer.concat([directory, Buffer.from('/.env')]), '')
  await expect(surveyTree(root, wantsSecrets)).rejects.toMatchObject({
    code: 'sandbox.failed',
    message: expect.stringContaining('no UTF-8'),
  })
})

onLinux('a secret whose own name is no UTF-8 is found, and a name with U+FFFD itself is a name', async () => {
  const root = makeRoot()
  writeFileSync(path.join(root, '.env.\uFFFD'), '')
  expect(await surveyTree(root, wantsSecrets)).toEqual([path.join(root, '.env.\uFFFD')])
  writeFileSync(inBytes(root, Buffer.from([...Buffer.from('.env.'), 0xfe])), '')
  await expect(surveyTree(root, wantsSecrets)).rejects.toMatchObject({ code: 'sandbox.failed' })
})

onLinux('a tree that is too deep to be named is refused with what to do', async () => {
  const root = makeRoot()
  const script =
    'for i in $(seq 60); do mkdir dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd && cd d*; done'
  execFileSync('bash', ['-c', script], { cwd: root })
  onTestFinished(() => void execFileSync('rm', ['-rf', root]))
  await expect(surveyTree(root, wantsSecrets)).rejects.toMatchObject({
    code: 'sandbox.failed',
    hint: expect.any(String),
  })
})

test.runIf(process.platform !== 'win32')('a pipe in the place of a file of git makes nobody wait', async () => {
  const root = makeRoot()
  mkdirSync(path.join(root, 'gd'))
  for (const name of ['commondir', 'HEAD', 'config']) execFileSync('mkfifo', [path.join(root, 'gd', name)])
  mkdirSync(path.join(root, 'sub'))
  const entry = path.join(root, 'sub/.git')
  writeFileSync(entry, 'gitdir: ../gd\n')
  expect(await gitControlPaths(entry)).toContain(path.join(root, 'gd/config'))
})

test('a .git file that is longer than git takes is not read', async () => {
  const root = makeRoot()
  const entry = path.join(root, '.git')
  writeFileSync(entry, 'gitdir: gd\n')
  truncateSync(entry, 3 * 1024 ** 3)
  expect(await gitControlPaths(entry)).toEqual([entry])
})
