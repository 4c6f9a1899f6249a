import { existsSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { execCase } from '../support/exec-case.ts'
import { lastOutput, mcpCase, pryingServer, stdioServer } from '../support/mcp-servers.ts'
import { scriptedSession } from '../support/scripted-session.ts'

/** Neither in the workspace nor in a temp directory. */
function outside(): string {
  const directory = mkdtempSync('/var/tmp/codex-linked-')
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  return directory
}

const docsOnly = `id = "docs-only"
extends = "workspace-write"
description = "Only documents are written."
[write]
allow = [":workspace/docs"]
`
const narrowed = docsOnly.replace('docs-only', 'workspace-write')
const script = 'echo evil > docs/evil; touch docs/other\n'

test.each([
  ['the user’s own', 'docs-only', { home: { 'profiles/docs-only.toml': docsOnly } }],
  ['a repository’s', 'workspace-write', { files: { '.codex/profiles/workspace-write.toml': narrowed } }],
])('a link at the directory that %s profile lets be written opens nothing', async (_, profile, where) => {
  const target = outside()
  const session = await scriptedSession([], where)
  const docs = join(session.workspace.path, 'docs')
  symlinkSync(target, docs)
  writeFileSync(join(session.workspace.path, 's.sh'), script)
  const result = await session.run(['sandbox', '-P', profile, '--', 'bash', 's.sh'])
  expect(result.exitCode).not.toBe(0)
  expect(result.stderr).toContain(`${docs} may be written, but it is a link to ${target}, which may not.`)
  expect(readdirSync(target)).toEqual([])
})

test('a model’s command writes nothing through such a link either', async () => {
  const target = outside()
  const files = { '.codex/profiles/workspace-write.toml': narrowed, 's.sh': script }
  const session = await execCase([{ calls: [{ shell: 'bash s.sh' }] }, { text: 'done' }], { files })
  symlinkSync(target, join(session.workspace.path, 'docs'))
  await session.exec(['-s', 'workspace-write', 'go'])
  expect(session.server.requests).toHaveLength(2)
  expect(readdirSync(target)).toEqual([])
})

test('a link at a directory that may be read shows nothing of what it leads to', async () => {
  const target = outside()
  writeFileSync(join(target, 'secret.txt'), 'private-words')
  const profile = `id = "offline"
extends = "offline"
description = "Reads little."
[read]
allow = [":workspace/work", ":workspace/linked", "/usr", "/bin", "/lib", "/lib64"]
`
  const files = { '.codex/profiles/offline.toml': profile, 'work/a.txt': 'mine' }
  const session = await scriptedSession([], { files })
  const reads = ['-C', 'work', 'sandbox', '--', 'cat', 'a.txt', '../linked/secret.txt']
  symlinkSync(target, join(session.workspace.path, 'linked'))
  const { stdout, stderr } = await session.run(reads)
  expect(stdout + stderr).not.toContain('private-words')
  expect(stderr).toContain(`is a link to ${target}, which may not`)
  rmSync(join(session.workspace.path, 'linked'))
  expect((await session.run(reads)).stdout).toMatch(/^mine/)
})

test('a link at a directory that a server may write opens nothing', async () => {
  const target = outside()
  const calls = [{ name: 'mcp__prying__write', arguments: { what: join(target, 'evil') } }]
  const server = stdioServer('prying', [pryingServer], 'writable = [":workspace/data"]')
  const session = await mcpCase([{ calls }, { text: 'done' }], server)
  symlinkSync(target, join(session.workspace.path, 'data'))
  await session.exec(['go'])
  expect(lastOutput(session, 1)).not.toContain('written')
  expect(existsSync(join(target, 'evil'))).toBe(false)
})
