import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { fileWorkers } from '../../../test/support/file-workers.ts'
import { makeWorkspace, type TempWorkspace } from '../../../test/support/temp-workspace.ts'
import { linuxSandbox } from '../../../test/support/tool-bench.ts'
import { everything } from '../../security/index.ts'
import { createThreadSupplies, type ThreadSupplies } from '../thread-supplies.ts'
import type { FileWrite } from './file-transaction.ts'
import { createFileWriter, type FileWriter } from './file-writer.ts'

const { signal } = new AbortController()
let place: TempWorkspace
let workspace: string
let outside: string
let writer: FileWriter
let supplies: ThreadSupplies

beforeEach(async () => {
  place = await makeWorkspace()
  workspace = join(place.path, 'workspace')
  outside = join(place.path, 'outside')
  mkdirSync(workspace)
  mkdirSync(outside)
  supplies = createThreadSupplies()
  writer = openWriter()
})
afterEach(async () => {
  await writer.close()
  await supplies.close()
  await place.remove()
})

const openWriter = (): FileWriter =>
  createFileWriter({
    sandbox: async () => linuxSandbox,
    isSandboxRequired: true,
    places: { workspaceRoot: workspace, codexHome: join(outside, '.codex'), homeDir: outside, tempDir: '/tmp' },
    protection: 'on',
    supplies,
  })

/** As a gate that says yes to everything hands it on: the path is taken for real. */
const create = (path: string, content = 'new'): FileWrite => ({
  ...{ path, realPath: path, change: 'create', content, mode: undefined },
})
const allowing = (...allow: readonly string[]) => ({
  ...everything,
  write: { allow: [{ allow, deny: [] }], askable: [{ allow: ['/**'], deny: [] }] },
})
const write = (files: readonly FileWrite[], { allow = [workspace], agreed = [] as readonly string[] } = {}) =>
  writer.write(files, { permissions: permissionsOf(allow), agreed }, signal)
/** The gate of a thread has the same permissions for all its calls. */
const known = new Map<string, ReturnType<typeof allowing>>()
const permissionsOf = (allow: readonly string[]) => {
  const key = allow.join()
  const permissions = known.get(key) ?? allowing(...allow)
  known.set(key, permissions)
  return permissions
}

test('what the gate should have denied is not written: the sandbox is a second line', async () => {
  mkdirSync(join(workspace, '.git', 'hooks'), { recursive: true })
  mkdirSync(join(outside, '.ssh'))
  for (const path of [
    join(outside, 'evil.txt'),
    join(outside, 'new', 'evil.txt'),
    join(outside, '.ssh', 'authorized_keys'),
    '/etc/codex-evil',
    '/run/codex-evil',
    '/dev/shm/codex-evil',
    join(workspace, '.git', 'hooks', 'pre-commit'),
    join(workspace, '.codex', 'config.toml'),
    join(workspace, 'nested', '.git', 'config'),
    join(workspace, '.env'),
  ]) {
    await expect(write([create(join(workspace, 'fine.txt')), create(path)]), path).rejects.toMatchObject({
      code: expect.stringMatching(/^sandbox\.failed$|^EACCES$/),
      message: expect.stringContaining('sandbox'),
    })
    expect(existsSync(path), path).toBe(false)
  }
  expect(readdirSync(workspace)).toEqual(['.git'])
  expect(readdirSync(outside)).toEqual(['.ssh'])
})

test('a secret that is there is neither replaced nor removed', async () => {
  writeFileSync(join(workspace, '.env'), 'KEY=1')
  await expect(write([{ ...create(join(workspace, '.env')), change: 'update' }])).rejects.toThrow('sandbox')
  await expect(
    write([{ ...create(join(workspace, '.env')), change: 'delete', content: undefined }]),
  ).rejects.toMatchObject({ code: 'sandbox.failed' })
  expect(readFileSync(join(workspace, '.env'), 'utf8')).toBe('KEY=1')
})

test('what a person agreed to is written, and nothing beside it, for that call alone', async () => {
  mkdirSync(join(outside, 'sub'))
  const agreed = join(outside, 'agreed.txt')
  await write([create(agreed)], { agreed: [agreed] })
  await write([create(agreed, 'changed')], { agreed: [agreed] })
  expect(readFileSync(agreed, 'utf8')).toBe('changed')
  await expect(
    write([create(agreed, 'again'), create(join(outside, 'sub', 'x.txt'))], { agreed: [agreed] }),
  ).rejects.toMatchObject({ code: 'sandbox.failed' })
  await expect(write([create(agreed, 'again')])).rejects.toMatchObject({ code: 'sandbox.failed' })
  expect(readFileSync(agreed, 'utf8')).toBe('changed')
  expect(readdirSync(join(outside, 'sub'))).toEqual([])
})

test('what a person agreed to for longer stays open, and the worker with it', async () => {
  const granted = join(outside, 'granted')
  mkdirSync(granted)
  const agreed = [granted]
  await write([create(join(granted, 'a.txt'))], { agreed })
  const first = fileWorkers()
  await write([create(join(workspace, 'b.txt'))], { agreed })
  await write([create(join(granted, 'c.txt'))], { agreed })
  expect(fileWorkers()).toEqual(first)
  await write([create(join(workspace, 'd.txt'))])
  expect(fileWorkers()).not.toEqual(first)
  await expect(write([create(join(granted, 'e.txt'))])).rejects.toMatchObject({ code: 'sandbox.failed' })
  expect(readdirSync(granted)).toEqual(['a.txt', 'c.txt'])
})

test('a directory that the permissions name and that is missing is made, and a file that they name is written', async () => {
  const allow = [join(outside, 'out', 'deep'), join(outside, 'one.txt')]
  await write([create(join(outside, 'out', 'deep', 'a.txt'))], { allow })
  await write([create(join(outside, 'out', 'deep', 'a.txt'), 'newer')], { allow })
  await write([create(join(outside, 'one.txt'))], { allow })
  expect(readFileSync(join(outside, 'out', 'deep', 'a.txt'), 'utf8')).toBe('newer')
  expect(readdirSync(outside)).toEqual(['one.txt', 'out'])
})

test('a directory that was exchanged since the worker was started is written as it is now', async () => {
  await write([create(join(workspace, 'a.txt'))])
  renameSync(workspace, join(outside, 'before'))
  mkdirSync(workspace)
  await write([create(join(workspace, 'b.txt'))])
  expect(readdirSync(workspace)).toEqual(['b.txt'])
  expect(readdirSync(join(outside, 'before'))).toEqual(['a.txt'])
})

test('a worker that is killed in the middle leaves all or nothing, and the next write goes through', async () => {
  const names = Array.from({ length: 300 }, (_, index) => `f${index}.txt`)
  for (const name of names) writeFileSync(join(workspace, name), 'old')
  const seen = new Set<string>()
  for (let round = 0; round < 6; round += 1) {
    const content = `round ${round}`
    const before = contents()
    await write([create(join(workspace, 'warm.txt'), content)])
    const [pid] = fileWorkers()
    let isOver = false
    const writing = write([
      ...names.map((name) => create(join(workspace, name), content)),
      create(join(workspace, `made${round}`, 'deep', 'new.txt'), content),
    ])
      .then(
        () => 'done',
        (error: unknown) => error,
      )
      .finally(() => {
        isOver = true
      })
    // Once it has begun, at another place each time; a machine that is busy may see it only when it is done.
    const reached = names[round * 50] ?? ''
    while (pid !== undefined && !isOver && !hasBegun(reached)) await new Promise((resolve) => setImmediate(resolve))
    const isKilled = pid !== undefined && !isOver
    if (isKilled) process.kill(pid, 'SIGKILL')
    const outcome = await writing
    const after = contents()
    if (outcome === 'done') {
      expect(after).toEqual(new Set([content]))
      // It was killed when all was written: until its end is known the next write would go to it.
      if (isKilled) await expect.poll(() => existsSync(`/proc/${pid}`)).toBe(false)
    } else {
      expect(outcome).toMatchObject({ code: 'tool.failed', message: expect.stringContaining('ended') })
      expect(after).toEqual(before)
      expect(existsSync(join(workspace, `made${round}`))).toBe(false)
    }
    seen.add(outcome === 'done' ? 'done' : 'undone')
    expect(readdirSync(workspace).filter((name) => name.startsWith('.codex-'))).toEqual([])
  }
  expect(seen).toContain('undone')

  function contents(): ReadonlySet<string> {
    return new Set(names.map((name) => readFileSync(join(workspace, name), 'utf8')))
  }
  function hasBegun(name: string): boolean {
    return readdirSync(workspace).filter((each) => each.startsWith('.codex-')).length > names.indexOf(name)
  }
})

test('an abort leaves all or nothing', async () => {
  const names = Array.from({ length: 20 }, (_, index) => `f${index}.txt`)
  for (const name of names) writeFileSync(join(workspace, name), 'old')
  await write([create(join(workspace, 'warm.txt'))])
  for (let round = 0; round < 20; round += 1) {
    const stop = new AbortController()
    const writing = writer.write(
      names.map((name) => create(join(workspace, name), `round ${round}`)),
      { permissions: permissionsOf([workspace]), agreed: [] },
      stop.signal,
    )
    for (let turn = 0; turn < round; turn += 1) await new Promise((resolve) => setImmediate(resolve))
    stop.abort()
    await writing.catch((error: unknown) => expect(error).toBe(stop.signal.reason))
    expect(new Set(names.map((name) => readFileSync(join(workspace, name), 'utf8'))).size).toBe(1)
    expect(readdirSync(workspace)).toHaveLength(names.length + 1)
  }
})

test('nothing is written outside while directories are swapped for links as fast as they can be', async () => {
  for (const name of ['a', 'b']) mkdirSync(join(workspace, name, 'inner'), { recursive: true })
  mkdirSync(join(outside, 'inner'))
  const swapper = startSwapper()
  const exited = once(swapper, 'exit')
  const [told] = await once(swapper.stdout ?? swapper, 'data')
  expect(String(told)).toBe('swapping')
  let done = 0
  const refused = new Set<string>()
  for (let round = 0; round < 2000; round += 1) {
    const path = join(workspace, 'a', ...(round % 2 ? ['inner'] : []), `f${round % 7}.txt`)
    try {
      await write([create(path, String(round))])
      done += 1
    } catch (error) {
      refused.add(error instanceof Error && 'code' in error ? String(error.code) : String(error))
    }
  }
  swapper.kill('SIGKILL')
  expect((await exited)[1]).toBe('SIGKILL')
  expect(readdirSync(outside, { recursive: true })).toEqual(['inner'])
  expect(done).toBeGreaterThan(0)
  expect([...refused].length).toBeGreaterThan(0)
}, 120_000)

/** A process that makes `workspace/a` a link to outside and a directory again, all the time. */
function startSwapper(): ChildProcess {
  const script = `
    const { renameSync, symlinkSync } = require('node:fs')
    const [, workspace, outside] = process.argv
    const move = (from, to) => {
      try {
        renameSync(workspace + from, workspace + to)
        return true
      } catch {
        return false
      }
    }
    symlinkSync(outside, workspace + '/link')
    process.stdout.write('swapping')
    for (let round = 0; ; round += 1) {
      move('/a', '/away')
      move('/link', '/a')
      move('/a', '/link')
      // Somebody else has made a directory of that name in between.
      if (!move('/away', '/a') && move('/a', '/made' + round)) move('/away', '/a')
    }`
  return spawn(process.execPath, ['-e', script, workspace, outside], { stdio: ['ignore', 'pipe', 'inherit'] })
}

test('mode and set-group-ID bit stay, and a file keeps its owner where this user may give files away', async () => {
  const path = join(workspace, 'run.sh')
  writeFileSync(path, 'old')
  const { chmodSync, chownSync } = await import('node:fs')
  const other = process.geteuid?.() === 0 ? 4242 : statSync(path).uid
  chownSync(path, other, other)
  chmodSync(path, 0o2751)
  await write([create(path, 'new')])
  const found = statSync(path)
  expect([found.uid, found.gid, (found.mode & 0o7777).toString(8)]).toEqual([other, other, '2751'])
  chmodSync(path, 0o4751)
  await expect(write([create(path, 'newer')])).rejects.toMatchObject({
    code: 'tool.failed',
    message: expect.stringContaining('set-user-ID'),
  })
  expect([readFileSync(path, 'utf8'), readdirSync(workspace)]).toEqual(['new', ['run.sh']])
})

test('a link on the way or at the end is not written through', async () => {
  symlinkSync(outside, join(workspace, 'linked'))
  symlinkSync(join(outside, 'target.txt'), join(workspace, 'link.txt'))
  for (const name of ['linked/x.txt', 'link.txt']) {
    await expect(write([create(join(workspace, name))]), name).rejects.toThrow()
  }
  expect(readdirSync(outside)).toEqual([])
  expect(lstatSync(join(workspace, 'link.txt')).isSymbolicLink()).toBe(true)
})

test('without a backend nothing is written where a sandbox is required', async () => {
  const refusing = createFileWriter({
    sandbox: async () => 'unavailable',
    isSandboxRequired: true,
    places: { workspaceRoot: workspace, codexHome: outside, homeDir: outside, tempDir: '/tmp' },
    protection: 'on',
    supplies,
  })
  const may = { permissions: permissionsOf([workspace]), agreed: [] }
  await expect(refusing.write([create(join(workspace, 'a.txt'))], may, signal)).rejects.toMatchObject({
    code: 'sandbox.unavailable',
  })
  expect(readdirSync(workspace)).toEqual([])
})
