import { spawn } from 'node:child_process'
import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { SandboxPolicy } from 'codex-kernel/plugin-api'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { stdioOf } from '../../../test/support/stdio-of.ts'
import { privateDirectory } from './private-directory.ts'
import { sandbox } from './sandbox.ts'

let root: string
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'sandbox-granted-')))
  for (const directory of ['workspace', 'outside/kept']) mkdirSync(join(root, directory), { recursive: true })
  put('outside/kept/file', 'kept')
  put('outside/file', 'kept')
  symlinkSync(at('outside/file'), at('outside/link'))
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

const at = (path: string) => join(root, path)
const put = (path: string, text: string) => writeFileSync(at(path), text)
const text = (path: string) => readFileSync(at(path), 'utf8')

/** Runs a script where these paths below the root may be written besides the workspace. */
async function run(script: string, granted: readonly string[], changes: Partial<SandboxPolicy> = {}) {
  const policy: SandboxPolicy = {
    cwd: at('workspace'),
    readable: 'all',
    denyRead: [],
    writable: [at('workspace')],
    readOnly: [],
    granted: granted.map((path) => ({ access: 'write', path: at(path) })),
    temp: 'private',
    network: 'none',
    limits: {},
    ...changes,
  }
  const env = { PATH: process.env.PATH ?? '', ROOT: root, OUT: at('outside') }
  const wrapped = await sandbox.wrap({ argv: ['/bin/bash', '-c', script], env }, policy)
  const output = openSync(at('output'), 'w')
  try {
    const [file, ...args] = wrapped.argv
    const child = spawn(file, args, {
      env: wrapped.env,
      detached: true,
      stdio: [...stdioOf(['ignore', output, output], wrapped.fds)],
    })
    const exitCode = await new Promise<number>((resolve, reject) => {
      child.on('exit', (code) => resolve(code ?? -1)).on('error', reject)
    })
    expect(await wrapped.hasFailed?.()).toBe(false)
    return { exitCode, output: text('output'), notes: await wrapped.conclude?.() }
  } finally {
    closeSync(output)
    await wrapped.cleanup()
  }
}

/** All entries below `outside`, with no stand-in among them. */
const outside = () => readdirSync(at('outside'), { recursive: true }).sort()
const untouched = ['file', 'kept', 'kept/file', 'link']

test('a directory and a file that were missing are made where that was allowed', async () => {
  const made = await run('mkdir $OUT/x && echo hi > $OUT/x/f && cat $OUT/kept/file', ['outside/x'])
  expect(made).toEqual({ exitCode: 0, output: 'kept', notes: undefined })
  expect(text('outside/x/f')).toBe('hi\n')
  expect(outside()).toEqual([...untouched, 'x', 'x/f'])
})

test('where a file in a missing directory was allowed, the file is kept and nothing beside it', async () => {
  const made = await run('mkdir $OUT/x && echo hi > $OUT/x/f; echo no > $OUT/x/g; echo no > $OUT/y', ['outside/x/f'])
  expect(made.notes).toBe(
    `Not kept, since only ${at('outside/x/f')} was allowed: ${at('outside/x/g')}, ${at('outside/y')}.`,
  )
  expect(outside()).toEqual([...untouched, 'x', 'x/f'])
})

test('what lies beside a missing path cannot be changed, removed or replaced', async () => {
  const script =
    'echo no > $OUT/file; echo no > $OUT/kept/file; rm -rf $OUT/kept $OUT/link; mv $OUT/file $OUT/x; touch $OUT/x'
  const { output } = await run(script, ['outside/x'])
  expect(output).toContain('Read-only file system')
  expect(outside()).toEqual([...untouched, 'x'])
  expect([text('outside/file'), text('outside/kept/file'), text('outside/link'), text('outside/x')]).toEqual([
    'kept',
    'kept',
    'kept',
    '',
  ])
})

test('of paths that exist the allowed one is written, and its neighbour not', async () => {
  const { output } = await run('echo yes > $OUT/file; echo no > $OUT/kept/file; touch $OUT/new', ['outside/file'])
  expect(output.match(/Read-only file system/g)).toHaveLength(2)
  expect([text('outside/file'), text('outside/kept/file')]).toEqual(['yes\n', 'kept'])
  expect(outside()).toEqual(untouched)
})

test('a path that has become a link since it was allowed is not opened, and the command does not run', async () => {
  put('secret', 'mine')
  symlinkSync(at('secret'), at('outside/turned'))
  await expect(run('echo no > $OUT/turned', ['outside/turned'])).rejects.toMatchObject({ code: 'sandbox.failed' })
  symlinkSync(at('workspace'), at('outside/dir'))
  await expect(run('touch $OUT/dir/x', ['outside/dir/x'])).rejects.toMatchObject({ code: 'sandbox.failed' })
  expect(text('secret')).toBe('mine')
  expect(readdirSync(at('workspace'))).toEqual([])
})

test('a link that a command makes on the way to an allowed path leads nothing out of its place', async () => {
  mkdirSync(at('elsewhere'))
  put('elsewhere/f', 'mine')
  const { notes } = await run('ln -s $ROOT/elsewhere $OUT/x; echo no > $OUT/x/f', ['outside/x/f'])
  expect(notes).toContain(`Not kept, since only ${at('outside/x/f')} was allowed: ${at('outside/x')}.`)
  expect(text('elsewhere/f')).toBe('mine')
  expect(outside()).toEqual(untouched)
})

test('what is denied stays denied in what was allowed, whether that exists or not', async () => {
  mkdirSync(at('elsewhere/secret'), { recursive: true })
  const script =
    'mkdir -p $OUT/x/deep; touch $OUT/x/deep/no $OUT/x/yes; ln -s $ROOT/elsewhere $OUT/x/link; echo no > $OUT/kept/file; touch $OUT/kept/new'
  const readOnly = [at('outside/x/deep'), at('outside/x/link/secret'), at('outside/kept/file')]
  await run(script, ['outside/x', 'outside/kept'], { readOnly })
  expect(outside()).toEqual(['file', 'kept', 'kept/file', 'kept/new', 'link', 'x', 'x/link', 'x/link/secret', 'x/yes'])
  expect(text('outside/kept/file')).toBe('kept')
  expect(existsSync(at('elsewhere/secret'))).toBe(true)
})

test('where a policy names what is readable, an allowed missing path shows no more of its directory', async () => {
  const readable = [at('workspace')]
  const { output } = await run('ls -A $OUT; echo hi > $OUT/x', ['outside/x'], { readable })
  expect(output).toBe('')
  expect(outside()).toEqual([...untouched, 'x'])
})

test('a new entry of the root is refused, and the command does not run', async () => {
  const path = '/codex-test-that-is-not-there'
  const granted = [{ access: 'write' as const, path }]
  await expect(run('touch $ROOT/workspace/ran', [], { granted })).rejects.toThrow(`${path} was allowed, and would be`)
  expect(readdirSync(at('workspace'))).toEqual([])
})

test('an allowed path that cannot be put in place is told of', async () => {
  // The name is taken by somebody else while the command runs: it tells when it has begun.
  const begun =
    'mkdir $OUT/x; touch $OUT/x/f $ROOT/workspace/begun; while [ ! -e $ROOT/workspace/go ]; do sleep 0.02; done'
  const running = run(begun, ['outside/x'])
  await expect.poll(() => existsSync(at('workspace/begun')), { timeout: 10_000 }).toBe(true)
  mkdirSync(at('outside/x/theirs'), { recursive: true })
  put('workspace/go', '')
  expect((await running).notes).toContain(`${at('outside/x')} was made, and could not be put in place: `)
  expect(outside()).toEqual([...untouched, 'x', 'x/theirs'])
})

test('what a killed program has left of a stand-in goes with the next probe', async () => {
  const gone = 2 ** 30
  mkdirSync(at(`outside/.codex-staged-${gone}-abc`))
  writeFileSync(join(privateDirectory(), `staged-${gone}-1`), at(`outside/.codex-staged-${gone}-abc`))
  writeFileSync(join(privateDirectory(), `staged-${gone}-2`), at('outside/kept'))
  await sandbox.probe(new AbortController().signal)
  expect(outside()).toEqual(untouched)
})
