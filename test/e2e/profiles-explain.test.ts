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

test('words that are no action are exit 2 with those that are', async () => {
  const { run } = await scriptedSession([])
  for (const argv of [[], ['make'], ['read'], ['network', 'a b']]) {
    const { exitCode, stderr } = await run(['profiles', 'explain', ...argv])
    expect({ exitCode, stderr }).toEqual({ exitCode: 2, stderr: expect.stringContaining('network [METHOD] HOST') })
  }
})
