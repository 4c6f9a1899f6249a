import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { SandboxPolicy, WrappedCommand } from 'codex-kernel/plugin-api'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { fixFor, probe } from './probe.ts'
import { sandboxExec, wrapCommand } from './wrap-command.ts'

let root: string
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'seatbelt-')))
})
afterEach(() => {
  rmSync(root, { recursive: true, force: true })
})

const policy = (changes: Partial<SandboxPolicy> = {}): SandboxPolicy => ({
  ...{ cwd: root, readable: 'all', denyRead: [], writable: [root], readOnly: [] },
  ...{ temp: 'private', network: 'none', limits: {} },
  ...changes,
})

/** What sandbox-exec would start once the profile stands, started without it. */
async function runInner(wrapped: WrappedCommand): Promise<{ exitCode: number; output: string }> {
  const [file = '', ...args] = wrapped.argv.slice(wrapped.argv.indexOf('--') + 1)
  const marker = wrapped.fds[5] ?? 'ignore'
  const child = spawn(file, args, {
    ...{ cwd: wrapped.cwd, env: wrapped.env },
    stdio: ['ignore', 'pipe', 'inherit', 'ignore', 'ignore', marker],
  })
  let output = ''
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    output += text
  })
  const exitCode = await new Promise<number>((resolve) => child.on('close', (code) => resolve(code ?? -1)))
  return { exitCode, output }
}

test('the profile, each path beside it, and the command, in words of their own', async () => {
  const wrapped = await wrapCommand({ argv: ['odd', '$HOME "x"'], env: { A: 'b' } }, policy())
  const [program, , profile, ...rest] = wrapped.argv
  expect(program).toBe('/usr/bin/sandbox-exec')
  expect(wrapped.argv[1]).toBe('-p')
  expect(profile).toMatch(/^\(version 1\)\n\(deny default\)\n/)
  const end = rest.indexOf('--')
  const definitions = rest.slice(0, end)
  expect(definitions.filter((_, index) => index % 2 === 0)).toEqual(definitions.filter((word) => word === '-D'))
  expect(definitions).toContain(`P1=${root}`)
  expect(rest.slice(end, end + 3)).toEqual(['--', '/bin/sh', '-c'])
  expect(rest.slice(end + 4)).toEqual(['sh', 'odd', '$HOME "x"'])
  expect(wrapped).toMatchObject({
    cwd: root,
    env: { A: 'b', CODEX_SANDBOX: 'seatbelt', CODEX_SANDBOX_NETWORK_DISABLED: '1' },
  })
  await wrapped.cleanup()
})

test('a command that starts says so, keeps its words and its exit code, and has no descriptor more', async () => {
  const script = 'printf "%s|" "$@"; pwd; (echo x >&5) 2>/dev/null || echo closed; exit 7'
  const wrapped = await wrapCommand({ argv: ['/bin/sh', '-c', script, 'sh', 'a b', '', '"'], env: {} }, policy())
  expect(await wrapped.hasFailed?.()).toBe(true)
  expect(await runInner(wrapped)).toEqual({ exitCode: 7, output: `a b||"|${root}\nclosed\n` })
  expect(await wrapped.hasFailed?.()).toBe(false)
  await wrapped.cleanup()
})

test('a private temp directory is empty, short, and gone afterwards; the machine’s is left alone', async () => {
  const wrapped = await wrapCommand(
    { argv: ['/bin/sh', '-c', 'ls -A "$TMPDIR"; echo x > "$TMPDIR/x"'], env: {} },
    policy(),
  )
  const { TMPDIR = '' } = wrapped.env
  expect(TMPDIR.length).toBeLessThan(50)
  expect(await runInner(wrapped)).toEqual({ exitCode: 0, output: '' })
  expect(existsSync(join(TMPDIR, 'x'))).toBe(true)
  await wrapped.cleanup()
  expect(existsSync(TMPDIR)).toBe(false)
  const shared = await wrapCommand({ argv: ['true'], env: { TMPDIR: '/var/x' } }, policy({ temp: 'host' }))
  expect(shared.env.TMPDIR).toBe('/var/x')
  await shared.cleanup()
})

test('a policy that cannot be held to leaves nothing behind', async () => {
  const wrapped = wrapCommand({ argv: ['true'], env: {} }, policy({ denyRead: [root] }))
  await expect(wrapped).rejects.toMatchObject({ code: 'sandbox.failed' })
})

test('what is longer than macOS starts is refused with what to do, and leaves nothing behind', async () => {
  const wrapped = wrapCommand({ argv: ['echo', 'é'.repeat(460_000)], env: {} }, policy())
  await expect(wrapped).rejects.toMatchObject({
    message: expect.stringMatching(/takes 9\d{5} bytes/),
    hint: expect.stringContaining('standard input'),
  })
})

test('where sandbox-exec is missing, the probe says so and what to do', async () => {
  const answer = await probe(join(root, 'sandbox-exec'))
  expect(answer).toEqual({
    available: false,
    reason: `${join(root, 'sandbox-exec')} is missing`,
    fix: expect.stringContaining('virtual machine'),
  })
})

test('where it answers that it may not, the reader learns that this program runs in a sandbox itself', () => {
  expect(fixFor('sandbox-exec: sandbox_apply: Operation not permitted')).toContain('runs in a sandbox itself')
  expect(fixFor('')).toContain(sandboxExec)
  expect(sandboxExec).toBe('/usr/bin/sandbox-exec')
})
