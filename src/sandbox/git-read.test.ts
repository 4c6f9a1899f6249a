import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { isCodexError } from '../plugin-api/errors.ts'
import { gitRead } from './git-read.ts'

const signal = new AbortController().signal
let root: string

beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'git-read-')))
})
afterEach(() => {
  rmSync(root, { recursive: true, force: true })
})

function git(directory: string, ...args: string[]): string {
  const identity = ['-c', 'user.name=t', '-c', 'user.email=t@example.invalid', '-c', 'protocol.file.allow=always']
  const env = { PATH: process.env.PATH ?? '', HOME: root, GIT_CONFIG_NOSYSTEM: '1' }
  return execFileSync('git', [...identity, ...args], {
    cwd: directory,
    env,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

function makeRepository(directory: string): void {
  mkdirSync(directory, { recursive: true })
  git(directory, 'init', '-q', '-b', 'main', '--template=')
  writeFileSync(join(directory, 'a.txt'), 'one\n')
  git(directory, 'add', '-A')
  git(directory, 'commit', '-qm', 'first')
}

const read = (args: string[], cwd = root) => gitRead(args, { cwd, maxBytes: 100_000 }, signal)

describe('reading', () => {
  test('gives the change against HEAD, the status, the branch and the log', async () => {
    makeRepository(root)
    writeFileSync(join(root, 'a.txt'), 'two\n')
    writeFileSync(join(root, 'ünew.txt'), '')
    expect((await read(['diff', 'HEAD'])).stdout).toContain('-one\n+two')
    expect((await read(['status', '--porcelain'])).stdout).toBe(' M a.txt\n?? ünew.txt\n')
    expect((await read(['branch', '--show-current'])).stdout).toBe('main\n')
    expect((await read(['rev-parse', '--show-toplevel'])).stdout).toBe(`${root}\n`)
    expect((await read(['log', '--format=%s'])).stdout).toBe('first\n')
  })

  test('works in a directory below the root, in a linked work tree and with packed refs', async () => {
    const main = join(root, 'main')
    const linked = join(root, 'linked')
    makeRepository(main)
    git(main, 'worktree', 'add', '-q', linked, '-b', 'side')
    git(main, 'pack-refs', '--all')
    mkdirSync(join(linked, 'sub'))
    writeFileSync(join(linked, 'a.txt'), 'side\n')
    expect((await read(['branch', '--show-current'], linked)).stdout).toBe('side\n')
    expect((await read(['diff', '--name-only', 'main'], join(linked, 'sub'))).stdout).toBe('a.txt\n')
    expect((await read(['status', '--porcelain'], main)).stdout).toBe('')
  })

  test('leaves the index of the repository as it is', async () => {
    makeRepository(root)
    writeFileSync(join(root, 'a.txt'), 'one\n')
    const before = readFileSync(join(root, '.git/index'))
    expect((await read(['diff'])).stdout).toBe('')
    expect((await read(['status', '--porcelain'])).stdout).toBe('')
    expect(readFileSync(join(root, '.git/index')).equals(before)).toBe(true)
    expect(existsSync(join(root, '.git/index.lock'))).toBe(false)
  })

  test('cuts at the limit, at a whole character, and says so', async () => {
    makeRepository(root)
    writeFileSync(join(root, 'a.txt'), 'ü'.repeat(100_000))
    const result = await gitRead(['diff'], { cwd: root, maxBytes: 1_000 }, signal)
    expect(result).toMatchObject({ exitCode: 0, truncated: true })
    expect(Buffer.byteLength(result.stdout)).toBeLessThanOrEqual(1_000)
    expect(result.stdout).not.toContain('\u{fffd}')
  })

  test('outside a repository answers as git does, a bare repository among the files included', async () => {
    expect(await read(['status'])).toMatchObject({ exitCode: 128, missing: false })
    git(root, 'init', '-q', '--bare', 'bare')
    expect(await read(['status'], join(root, 'bare'))).toMatchObject({ exitCode: 128, missing: false })
  })

  test('an abort ends it with the reason', async () => {
    makeRepository(root)
    const reason = new Error('stop')
    await expect(gitRead(['log'], { cwd: root, maxBytes: 10 }, AbortSignal.abort(reason))).rejects.toBe(reason)
  })
})

describe('a repository that wants to run programs', () => {
  test.each([
    [['diff']],
    [['diff', 'HEAD']],
    [['diff', '--cached', '--stat']],
    [['status', '--porcelain=v2', '--branch']],
    [['log', '-p', '--format=%G? %s']],
    [['show', 'HEAD']],
    [['blame', 'a.txt']],
    [['ls-files', '-m', '-o', '--exclude-standard']],
  ])('runs none for %j', async (args) => {
    const ran = layTraps(root)
    for (const directory of [root, join(root, 'module')]) {
      const result = await read(args, directory)
      expect(result.exitCode).toBe(0)
      expect(result.stdout).not.toBe('')
    }
    expect(readRan(ran)).toEqual([])
  })

  test('would run them under plain git, so the traps are real', () => {
    const ran = layTraps(root)
    git(root, 'diff')
    git(root, 'status')
    git(root, 'diff', '--no-ext-diff')
    expect(readRan(ran)).toEqual(
      expect.arrayContaining(['fsmonitor', 'external', 'clean', 'process', 'included', 'textconv', 'hook']),
    )
  })

  test('fetches nothing that a partial clone lacks', async () => {
    makeRepository(root)
    const ran = join(root, '.ran')
    const blob = git(root, 'rev-parse', 'HEAD:a.txt').trim()
    git(root, 'config', 'core.repositoryFormatVersion', '1')
    git(root, 'config', 'extensions.partialClone', 'origin')
    git(root, 'config', 'remote.origin.promisor', 'true')
    git(root, 'config', 'remote.origin.url', `ext::sh -c touch% ${ran}`)
    git(root, 'config', 'protocol.ext.allow', 'always')
    rmSync(join(root, '.git/objects', blob.slice(0, 2)), { recursive: true })
    expect((await read(['show', 'HEAD:a.txt'])).exitCode).not.toBe(0)
    expect(existsSync(ran)).toBe(false)
    expect(() => git(root, 'show', 'HEAD:a.txt')).toThrow()
    expect(existsSync(ran)).toBe(true)
  })
})

test.each([
  [['commit', '-m', 'x']],
  [['diff', '--output=x']],
  [['diff', '--outp=x']],
  [['diff', '--submodule=diff']],
  [['branch', 'new']],
  [['symbolic-ref', 'HEAD', 'refs/heads/x']],
  [['grep', '-Osh', 'x']],
  [['-c', 'alias.x=!sh', 'x']],
])('refuses %j, which does not only read', async (args) => {
  makeRepository(root)
  await expect(read(args)).rejects.toSatisfy((error) => isCodexError(error) && error.code === 'internal')
})

/** Gives the repository and a submodule of it every program that a configuration can name; each writes its name to a file. */
function layTraps(directory: string): string {
  const ran = join(directory, '.ran')
  const other = join(root, '.other')
  makeRepository(other)
  makeRepository(directory)
  git(directory, 'submodule', '--quiet', 'add', other, 'module')
  git(directory, 'commit', '-qm', 'second')
  const trap = (name: string): string => {
    const file = join(directory, `.trap-${name}`)
    writeFileSync(file, `#!/bin/sh\necho ${name} >> '${ran}'\ncat\n`)
    chmodSync(file, 0o755)
    return file
  }
  const config = `
[core]
  fsmonitor = ${trap('fsmonitor')}
  pager = ${trap('pager')}
  hooksPath = ${join(directory, '.hooks')}
  sshCommand = ${trap('ssh')}
  askPass = ${trap('askpass')}
  editor = ${trap('editor')}
  alternateRefsCommand = ${trap('alternates')}
[diff]
  external = ${trap('external')}
[diff "x"]
  command = ${trap('command')}
  textconv = ${trap('textconv')}
[filter "x"]
  clean = ${trap('clean')}
  smudge = ${trap('smudge')}
[filter "y"]
  process = ${trap('process')}
[alias]
  status = !${trap('alias')}
  diff = !${trap('alias')}
[credential]
  helper = ${trap('credential')}
[gpg]
  program = ${trap('gpg')}
[log]
  showSignature = true
[pager]
  diff = ${trap('pager')}
  log = ${trap('pager')}
[include]
  path = ${join(directory, '.more')}
`
  const more = `[filter "z"]\n  clean = ${trap('included')}\n[diff "z"]\n  textconv = ${trap('included-textconv')}\n`
  writeFileSync(join(directory, '.more'), more)
  mkdirSync(join(directory, '.hooks'), { recursive: true })
  writeFileSync(join(directory, '.hooks/post-index-change'), `#!/bin/sh\necho hook >> '${ran}'\n`, { mode: 0o755 })
  const attributes = '*.txt filter=x diff=x\n*.y filter=y\n*.z filter=z diff=z\n'
  for (const [tree, gitDir] of [
    [directory, '.git'],
    [join(directory, 'module'), '../.git/modules/module'],
  ] as const) {
    for (const name of ['b.y', 'c.z']) writeFileSync(join(tree, name), 'one\n')
    git(tree, 'add', '-A')
    writeFileSync(join(tree, '.gitattributes'), attributes)
    for (const name of ['a.txt', 'b.y', 'c.z']) writeFileSync(join(tree, name), 'two\n')
    const file = join(tree, gitDir, 'config')
    writeFileSync(file, readFileSync(file, 'utf8') + config)
    mkdirSync(join(tree, gitDir, 'info'), { recursive: true })
    writeFileSync(join(tree, gitDir, 'info/attributes'), attributes)
  }
  rmSync(ran, { force: true })
  return ran
}

function readRan(file: string): readonly string[] {
  return existsSync(file) ? [...new Set(readFileSync(file, 'utf8').trim().split('\n'))] : []
}
