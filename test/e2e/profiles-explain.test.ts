import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type ScriptedSession, scriptedSession } from '../support/scripted-session.ts'

const narrowed = `id = "workspace-write"
extends = "workspace-write"
temp = "host"
approval_policy = "on-request"

[write]
allow = [":workspace/src"]
`

async function explain({ run }: ScriptedSession, ...argv: readonly string[]) {
  return JSON.parse((await run(['profiles', 'explain', '--json', ...argv])).stdout)
}

test.each([
  { argv: ['write', 'a'], answer: 'deny', layer: 'profile offline' },
  { argv: ['read', '.env'], answer: 'deny', layer: 'protected paths' },
  { argv: ['-p', 'workspace-write', 'write', 'a'], answer: 'allow', layer: 'profile workspace-write' },
  { argv: ['-p', 'workspace-write', 'write', '.git/config'], answer: 'deny', layer: 'protected paths' },
  { argv: ['-p', 'workspace-write', 'write', '/opt/x'], answer: 'ask', layer: 'profile workspace-write' },
  { argv: ['-p', 'workspace-write', 'exec', 'git push'], answer: 'ask', layer: 'exec policy' },
  { argv: ['exec', 'git push'], answer: 'deny', layer: 'exec policy' },
  {
    argv: ['-p', 'workspace-net', 'network', 'POST', 'api.example.com:8443'],
    answer: 'ask',
    layer: 'profile workspace-net',
  },
  { argv: ['-p', 'trusted', '--', 'exec', 'rm', '-rf', '/'], answer: 'deny', layer: 'floor' },
])('$argv is answered with $answer by $layer', async ({ argv, answer, layer }) => {
  const session = await scriptedSession([])
  expect((await explain(session, ...argv)).verdict).toMatchObject({ answer, layer })
})

test('each layer answers by itself, with its file', async () => {
  const session = await scriptedSession([], { files: { '.codex/profiles/workspace-write.toml': narrowed } })
  const { verdict, layers } = await explain(session, '-p', 'workspace-write', 'write', 'docs/a')
  const file = join(session.workspace.path, '.codex/profiles/workspace-write.toml')
  expect(verdict).toMatchObject({ answer: 'deny', file })
  expect(layers.map(({ answer }: { answer: string }) => answer)).toContain('allow')
  expect(layers).toContainEqual(expect.objectContaining({ answer: 'deny', file }))
})

test('nothing is done, nobody is asked, and no record is written', async () => {
  const session = await scriptedSession([])
  await session.run(['profiles', 'explain', '-p', 'trusted', 'exec', 'touch made'])
  expect(existsSync(join(session.workspace.path, 'made'))).toBe(false)
  expect(existsSync(join(session.home.codexHome, 'audit'))).toBe(false)
})

test('a request is answered as the gate answers it: an address of no public network is denied where all is asked about', async () => {
  const asking = 'id = "asking"\ndescription = "Asks."\n[network]\nallow = []\nask = ["*"]\n'
  const session = await scriptedSession([], { home: { 'profiles/asking.toml': asking } })
  for (const place of ['https://10.0.0.1', 'http://0x7f.1', 'http://169.254.169.254', 'socks5://[fd00::1]:22']) {
    const { verdict } = await explain(session, '-p', 'asking', 'network', place)
    expect(verdict).toMatchObject({ answer: 'deny', reason: expect.stringContaining('is no address of the public') })
  }
  const tunnel = await explain(session, '-p', 'asking', 'network', 'socks5://example.com:22')
  expect(tunnel.action).toMatchObject({ method: 'CONNECT', port: 22, protocol: 'socks5_tcp' })
  const { exitCode, stderr } = await session.run(['profiles', 'explain', 'network', 'ftp://example.com'])
  expect({ exitCode, stderr }).toEqual({ exitCode: 2, stderr: expect.stringContaining('socks5://HOST:PORT') })
})

test('of a request it is said where commands are not held to the answer', async () => {
  const session = await scriptedSession([])
  const textOf = async (profile: string) =>
    (await session.run(['profiles', 'explain', '-p', profile, 'network', 'https://example.com'])).stdout
  expect(await textOf('trusted')).toContain('Commands run without a sandbox here, and are not held to this')
  expect(await textOf('workspace-write')).not.toContain('Commands run without')
  expect(await explain(session, '-p', 'trusted', 'network', 'https://example.com')).toMatchObject({
    holdsCommands: false,
  })
})

test('words that are no action are exit 2 with those that are', async () => {
  const { run } = await scriptedSession([])
  for (const argv of [[], ['make'], ['read'], ['network', 'a b']]) {
    const { exitCode, stderr } = await run(['profiles', 'explain', ...argv])
    expect({ exitCode, stderr }).toEqual({ exitCode: 2, stderr: expect.stringContaining('network [METHOD] HOST') })
  }
})

test('hosts read as a profile names them, and --explain lists those that a command would reach', async () => {
  const profile = `id = "hosts"
read = { allow = ["/**"] }
exec = { allow = ["*"] }
network = { allow = ["a.example", "127.0.0.1:18778"], deny = ["evil.example"], methods = "read-only" }
`
  const session = await scriptedSession([], { home: { 'profiles/hosts.toml': profile } })
  const { verdict } = await explain(session, '-p', 'hosts', 'network', 'GET', 'other.example')
  expect(verdict.rule).toBe('network: not in allow a.example (GET, HEAD), 127.0.0.1:18778 (GET, HEAD)')
  const held = ['sandbox', '-p', 'hosts', '--allow-host', 'b.example:443', '--explain']
  const text = (await session.run([...held, '--', 'ls'])).stdout
  expect(text).toMatch(/^ +127\.0\.0\.1:18778 \(GET, HEAD\), a\.example \(GET, HEAD\), b\.example:443 \(GET, HEAD\)$/m)
  expect(text).toMatch(/^ +but not +evil\.example$/m)
  const { sandbox } = JSON.parse((await session.run([...held, '--json', '--', 'ls'])).stdout)
  expect(sandbox.hosts.deny).toEqual(['evil.example'])
  const none = (await session.run(['sandbox', '-p', 'net-read-only', '--explain', '--', 'ls'])).stdout
  expect(none).toMatch(/the hosts that are allowed:\n +none is named\n/)
})
