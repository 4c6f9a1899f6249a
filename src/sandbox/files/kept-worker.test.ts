import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { fileWorkers } from '../../../test/support/file-workers.ts'
import { until } from '../../../test/support/processes-of.ts'
import { makeWorkspace, type TempWorkspace } from '../../../test/support/temp-workspace.ts'
import { linuxSandbox } from '../../../test/support/tool-bench.ts'
import { everything } from '../../security/index.ts'
import { createThreadSupplies, type ThreadSupplies } from '../thread-supplies.ts'
import type { FileWrite } from './file-transaction.ts'
import { createFileWriter, type FileWriter, type FileWriterDeps } from './file-writer.ts'

const { signal } = new AbortController()
let place: TempWorkspace
let workspace: string
let writer: FileWriter
let supplies: ThreadSupplies

beforeEach(async () => {
  place = await makeWorkspace()
  workspace = join(place.path, 'workspace')
  mkdirSync(workspace)
  supplies = createThreadSupplies()
  writer = openWriter()
})
afterEach(async () => {
  await writer.close()
  await supplies.close()
  await place.remove()
})

const placesHere = () => ({
  ...{ workspaceRoot: workspace, homeDir: place.path, codexHome: join(place.path, '.codex'), tempDir: '/tmp' },
})
/** Of a turn: each has one of its own. */
const openWriter = (other: Partial<FileWriterDeps> = {}): FileWriter =>
  createFileWriter({
    sandbox: async () => linuxSandbox,
    isSandboxRequired: true,
    places: placesHere(),
    protection: 'on',
    supplies,
    ...other,
  })
const create = (path: string, content = 'new'): FileWrite => ({
  ...{ path, realPath: path, change: 'create', content, mode: undefined },
})
const allowing = (...allow: readonly string[]) => ({
  ...everything,
  write: { allow: [{ allow, deny: [] }], askable: [] },
})
/** As each turn's gate has them: the same, in an object of its own. */
const write = (files: readonly FileWrite[], allow: readonly string[] = [workspace]) =>
  writer.write(files, { permissions: allowing(...allow), agreed: [] }, signal)
const importOf = (file: string): string => JSON.stringify(new URL(file, import.meta.url).href)

test('files are written by a process of its own, which stays from write to write and turn to turn until the thread is closed', async () => {
  await write([create(join(workspace, 'a.txt')), create(join(workspace, 'deep', 'er', 'b.txt'))])
  const first = fileWorkers()
  expect(first).toHaveLength(1)
  await write([create(join(workspace, 'a.txt'), 'newer')])
  await writer.close()
  expect(fileWorkers()).toEqual(first)
  writer = openWriter()
  writer.prepare(allowing(workspace))
  await write([create(join(workspace, 'a.txt'), 'newest')])
  expect(fileWorkers()).toEqual(first)
  expect(readFileSync(join(workspace, 'a.txt'), 'utf8')).toBe('newest')
  expect(readdirSync(join(workspace, 'deep', 'er'))).toEqual(['b.txt'])
  await supplies.close()
  expect(fileWorkers()).toEqual([])
})

test.each([
  ['what may be written', () => openWriter(), () => [join(workspace, 'src')]],
  ['what is protected', () => openWriter({ protection: 'lifted' }), () => [workspace]],
  ['the backend', () => openWriter({ sandbox: async () => ({ ...linuxSandbox }) }), () => [workspace]],
])('a turn that changes %s gets another process, and the one before it ends', async (_, next, allow) => {
  mkdirSync(join(workspace, 'src'))
  await write([create(join(workspace, 'a.txt'))])
  const first = fileWorkers()
  await writer.close()
  writer = next()
  await write([create(join(workspace, 'src', 'b.txt'))], allow())
  expect(fileWorkers()).toHaveLength(1)
  expect(fileWorkers()).not.toEqual(first)
})

test('a turn that needs no process to write ends the one of an earlier turn', async () => {
  await write([create(join(workspace, 'a.txt'))])
  await writer.close()
  writer = openWriter({ sandbox: async () => 'none', isSandboxRequired: false })
  await write([create(join(workspace, 'b.txt'))])
  expect(fileWorkers()).toEqual([])
  expect(readdirSync(workspace)).toEqual(['a.txt', 'b.txt'])
})

test('a worker that died between two turns is replaced', async () => {
  await write([create(join(workspace, 'a.txt'))])
  const [pid = 0] = fileWorkers()
  process.kill(pid, 'SIGKILL')
  await until(() => !existsSync(`/proc/${pid}`))
  await write([create(join(workspace, 'b.txt'))])
  expect(fileWorkers()).toHaveLength(1)
  expect(readdirSync(workspace)).toEqual(['a.txt', 'b.txt'])
})

test.each([
  ['is killed', 'SIGKILL'],
  ['ends without closing the thread', undefined],
] as const)('nothing that writes outlives a program that %s, and none keeps it from ending', async (_, kill) => {
  const host = `import { createThreadSupplies } from ${importOf('../thread-supplies.ts')}
    import { resolvePluginApi } from ${importOf('../../kernel/resolve-plugin-api.ts')}
    resolvePluginApi(${importOf('../../plugin-api/index.ts')})
    const { sandbox: backend } = await import(${importOf('../../../plugins/sandbox-linux/src/sandbox.ts')})
    const supplies = createThreadSupplies()
    const writer = await supplies.confinedWriter()
    const [files, permissions, places] = ${JSON.stringify([[create(join(workspace, 'a.txt'))], allowing(workspace), placesHere()])}
    const may = { backend, permissions, places, protection: 'on', agreed: [] }
    await writer.write(files, may, new AbortController().signal)
    console.log('written')
    ${kill ? 'setInterval(() => {}, 1e6)' : ''}`
  const program = spawn(process.execPath, ['--input-type=module', '-e', host], { stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = once(program, 'exit')
  await Promise.race([once(program.stdout, 'data'), ended])
  const workers = fileWorkers(program.pid)
  if (kill) expect(workers).toHaveLength(1)
  if (kill) program.kill(kill)
  expect(await ended).toEqual(kill ? [null, kill] : [0, null])
  await until(() => !workers.some((pid) => existsSync(`/proc/${pid}`)))
  expect(readdirSync(workspace)).toEqual(['a.txt'])
})

test('a worker that was prepared and is not needed ends with the thread, however far it has come', async () => {
  for (let turns = 0; turns < 6; turns += 1) {
    const unneeded = openWriter()
    unneeded.prepare(allowing(workspace))
    for (let waited = 0; waited < turns * 20; waited += 1) await new Promise((resolve) => setImmediate(resolve))
    await unneeded.close()
    await supplies.close()
    expect(fileWorkers()).toEqual([])
  }
})
