import { execFile, spawn } from 'node:child_process'
import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Duplex } from 'node:stream'
import { text } from 'node:stream/consumers'
import { promisify } from 'node:util'
import type { OpenSandboxNetwork, RelayConnection, SandboxPolicy } from 'codex-kernel/plugin-api'
import { expect, onTestFinished, test } from 'vitest'
import { stdioOf } from '../../../test/support/stdio-of.ts'
import { openNetwork } from './open-network.ts'
import { wrapCommand } from './wrap-command.ts'

const never = new AbortController().signal

async function open(accept: (connection: RelayConnection) => void): Promise<OpenSandboxNetwork> {
  const opened = await openNetwork(accept, never)
  onTestFinished(() => opened.close().catch(() => undefined))
  return opened
}

/** What a command prints, in the network of the policy. */
async function run(script: string, network: SandboxPolicy['network']): Promise<string> {
  const cwd = realpathSync(mkdtempSync(join(tmpdir(), 'sandbox-network-')))
  onTestFinished(() => rmSync(cwd, { recursive: true, force: true }))
  const limits = {
    cwd,
    readable: 'all',
    denyRead: [],
    writable: [cwd],
    readOnly: [],
    temp: 'private',
    limits: {},
  } as const
  const command = { argv: ['/bin/bash', '-c', script] as const, env: { PATH: process.env.PATH ?? '' } }
  const wrapped = await wrapCommand({ ...command, argv: [...command.argv] }, { ...limits, network })
  try {
    const [file, ...args] = wrapped.argv
    const child = spawn(file, args, { env: wrapped.env, stdio: [...stdioOf(['ignore', 'pipe', 'pipe'], wrapped.fds)] })
    if (!child.stdout || !child.stderr) throw new Error('there are no pipes')
    const [out, errors] = await Promise.all([text(child.stdout), text(child.stderr)])
    return `${out}${errors}`
  } finally {
    await wrapped.cleanup()
  }
}

test('what a command connects on the loopback of its network is accepted here', async () => {
  const { network } = await open((connection) => {
    if (connection instanceof Duplex) connection.end('from outside\n')
  })
  const ask = `cat < /dev/tcp/127.0.0.1/${network.relayPort}`
  expect(await run(ask, network)).toBe('from outside\n')
  expect(await run(ask, network)).toBe('from outside\n')
  expect(await run(ask, 'none')).toMatch(/Connection refused/)
})

test('commands in one network see each other, and neither the machine nor another network', async () => {
  const one = await open((connection) => connection.destroy())
  const other = await open((connection) => connection.destroy())
  const name = async (network: SandboxPolicy['network']) => (await run('readlink /proc/self/ns/net', network)).trim()
  const first = await name(one.network)
  expect(first).toMatch(/^net:\[\d+\]$/)
  expect(await name(one.network)).toBe(first)
  expect(new Set([first, await name(other.network), await name('none'), await name('host')]).size).toBe(4)
  expect(await run('tail -n +3 /proc/net/dev | cut -d: -f1 | tr -d " "', one.network)).toBe('lo\n')
})

test('a command has no descriptor of its namespaces, no capability, and enters no other', async () => {
  const { network } = await open((connection) => connection.destroy())
  expect(await run('ls -l /proc/self/fd', network)).not.toMatch(/(?:net|user):\[/)
  expect(await run('grep -E "^Cap(Eff|Prm|Bnd)" /proc/self/status', network)).toMatch(/^(?:Cap\w+:\s+0+\n){3}$/)
  expect(await run('nsenter --net=/proc/1/ns/net true', network)).toMatch(/not permitted/i)
  expect(await run('ip link add dummy0 type dummy 2>&1 || ip tuntap add tun0 mode tun', network)).not.toBe('')
})

test('a network that is closed is one that no command joins, and no process is left of it', async () => {
  const opened = await open((connection) => connection.destroy())
  const name = (await run('readlink /proc/self/ns/net', opened.network)).trim()
  await opened.close()
  await expect(run('true', opened.network)).rejects.toMatchObject({ code: 'sandbox.failed' })
  const find = `for p in /proc/[0-9]*/ns/net; do readlink $p 2>/dev/null; done | grep -cF '${name}'`
  const { stdout } = await promisify(execFile)('/bin/sh', ['-c', `${find} || true`])
  expect(stdout).toBe('0\n')
})

test('a network that this sandbox did not open is refused, and an opening that is not wanted any more is given up', async () => {
  await expect(run('true', { relayPort: 1 })).rejects.toMatchObject({ code: 'sandbox.failed' })
  await expect(openNetwork(() => undefined, AbortSignal.abort(new Error('enough')))).rejects.toThrow('enough')
})
