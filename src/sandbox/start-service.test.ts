import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, expect, test } from 'vitest'
import { createCommandSupplies } from './command-supplies.ts'
import { type ServiceSpec, startService } from './start-service.ts'

const signal = new AbortController().signal
const supplies = createCommandSupplies()
afterAll(() => supplies.close())
const directories: string[] = []
afterEach(async () => {
  for (const directory of directories.splice(0)) await rm(directory, { recursive: true, force: true })
})

function spec(script: string, env: Readonly<Record<string, string>> = {}): ServiceSpec {
  const argv = [process.execPath, '-e', script] as const
  return { argv: [...argv], cwd: tmpdir(), env: { PATH: process.env.PATH ?? '', ...env }, fds: {} }
}

function isAlive(pid: number): boolean {
  try {
    // A process that has ended and waits to be looked after is none.
    return !/^State:\sZ/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}

test('what is written is read, what it answers comes back, and its input ends it', async () => {
  const service = await startService(spec('process.stdin.pipe(process.stdout)'), (text) => text, supplies, signal)
  await service.write('hello\n')
  service.endInput()
  let text = ''
  for await (const chunk of service.output) text += Buffer.from(chunk).toString()
  expect(text).toBe('hello\n')
  expect(await service.exited).toBe(0)
  await service.end()
})

test('one that does not want to end is ended, with a child that left its group and its parent', async () => {
  const script = `const { spawn } = require('node:child_process')
    process.on('SIGTERM', () => {})
    const child = spawn(process.execPath, ['-e', 'const g = require("node:child_process").spawn(process.execPath, ["-e", "setInterval(() => {}, 1e6)"], { detached: true, stdio: "ignore" }); g.unref(); console.log(g.pid)'], { detached: true, stdio: ['ignore', 'inherit', 'ignore'] })
    child.unref()
    setInterval(() => {}, 1e6)`
  const service = await startService(spec(script), (text) => text, supplies, signal)
  let text = ''
  for await (const chunk of service.output) {
    text += Buffer.from(chunk).toString()
    if (text.includes('\n')) break
  }
  const grandchild = Number(text)
  expect(isAlive(grandchild)).toBe(true)
  await service.end()
  expect(await service.exited).toBe(137)
  expect(isAlive(service.pid)).toBe(false)
  expect(await eventually(async () => !isAlive(grandchild))).toBe(true)
})

test('its standard error is kept at its end, without secrets', async () => {
  const script = 'process.stderr.write("x".repeat(10000) + " the key is hunter2"); process.stdin.resume()'
  const service = await startService(spec(script), (text) => text.replaceAll('hunter2', '[redacted]'), supplies, signal)
  service.endInput()
  await service.exited
  await service.end()
  expect(service.errorText().endsWith('the key is [redacted]')).toBe(true)
  expect(service.errorText().length).toBeLessThan(4200)
})

test('a missing program and a missing directory are told apart', async () => {
  await expect(startService({ ...spec(''), argv: ['no-such-program-here'] }, String, supplies, signal)).rejects.toThrow(
    /no-such-program-here could not be started in .*: there is no such program$/,
  )
  await expect(startService({ ...spec(''), cwd: '/no/such/place' }, String, supplies, signal)).rejects.toThrow(
    /could not be started in \/no\/such\/place: there is no such directory$/,
  )
})

test('kill -9 of the process that started it ends it and what it started', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'codex-service-'))
  directories.push(directory)
  const pids = join(directory, 'pids')
  const server = `const { spawn } = require('node:child_process')
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e6)'], { detached: true, stdio: 'ignore' })
    child.unref()
    require('node:fs').writeFileSync(${JSON.stringify(pids)}, process.pid + ' ' + child.pid)
    process.stdin.resume()
    setInterval(() => {}, 1e6)`
  const host = `import { startService } from ${JSON.stringify(new URL('./start-service.ts', import.meta.url).href)}
    import { createCommandSupplies } from ${JSON.stringify(new URL('./command-supplies.ts', import.meta.url).href)}
    const supplies = createCommandSupplies()
    const service = await startService(${JSON.stringify(spec(server))}, String, supplies, new AbortController().signal)
    setInterval(() => {}, 1e6)`
  const parent = spawn(process.execPath, ['--input-type=module', '-e', host], { stdio: 'inherit' })
  const text = await eventually(async () => (existsSync(pids) ? await readFile(pids, 'utf8') : ''))
  const [serverPid = 0, childPid = 0] = text.split(' ').map(Number)
  expect([isAlive(serverPid), isAlive(childPid)]).toEqual([true, true])
  parent.kill('SIGKILL')
  await once(parent, 'exit')
  await eventually(async () => !isAlive(serverPid) && !isAlive(childPid))
  expect([isAlive(serverPid), isAlive(childPid)]).toEqual([false, false])
})

/** Looks again until there is something, at most some seconds. */
async function eventually<T>(look: () => Promise<T>): Promise<T> {
  for (let times = 0; ; times++) {
    const found = await look()
    if (found || times > 400) return found
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}
