import { expect, test } from 'vitest'
import { scriptedSession } from '../support/scripted-session.ts'

const docsOnly = `id = "docs-only"
description = "workspace-write, but only the documentation."
extends = "workspace-write"
temp = "host"

[write]
allow = [":workspace/docs"]

[limits]
max_iterations = 9
`
const open = () => scriptedSession([], { home: { 'profiles/docs-only.toml': docsOnly } })

test('two profiles are compared term by term, and what is the same is left out', async () => {
  const { run } = await open()
  const { stdout } = await run(['profiles', 'diff', 'offline', 'workspace-write', '--json'])
  expect(JSON.parse(stdout)).toEqual({
    temp: { offline: 'private', 'workspace-write': 'host' },
    approvals: { offline: 'never', 'workspace-write': 'on-request' },
    'write allow': { offline: 'nothing', 'workspace-write': ':workspace, :tmp, :caches' },
    'write ask': { offline: 'nothing', 'workspace-write': '/**' },
  })
  expect((await run(['profiles', 'diff', 'offline', 'offline'])).stdout).toBe('offline and offline say the same.\n')
})

test('a profile that extends another is compared with what both leave', async () => {
  const { run } = await open()
  const { stdout } = await run(['profiles', 'diff', 'workspace-write', 'docs-only', '--json'])
  expect(JSON.parse(stdout)).toMatchObject({
    approvals: { 'workspace-write': 'on-request', 'docs-only': 'never' },
    'write allow': { 'docs-only': ':workspace, :tmp, :caches; of these :workspace/docs' },
    max_iterations: { 'workspace-write': null, 'docs-only': '9' },
  })
})

test('one profile is shown with the files that it comes from; without an id, the one in force', async () => {
  const { run, home } = await open()
  const { stdout } = await run(['profiles', 'show', 'docs-only'])
  expect(stdout).toContain(`[2] ${home.codexHome}/profiles/docs-only.toml\n`)
  expect(stdout).toMatch(/^network allow +nothing \[1\]$/m)
  expect(stdout).toMatch(/^write allow +:workspace, :tmp, :caches \[1\]; of these :workspace\/docs \[2\]$/m)
  expect(stdout).toMatch(/^temp +host \[1,2\]$/m)
  expect(stdout).toMatch(/^tools allow +all$/m)
  expect(JSON.parse((await run(['profiles', 'show', '--json'])).stdout)).toMatchObject({
    id: 'offline',
    terms: { temp: 'private', 'protected paths': 'on' },
  })
})

test('a profile that is not there is exit 2 with the nearest names, and a broken one is found by lint', async () => {
  const { run, home } = await open()
  const { exitCode, stderr } = await run(['profiles', 'diff', 'offline', 'docs-onyl'])
  expect({ exitCode, stderr }).toEqual({ exitCode: 2, stderr: expect.stringContaining('docs-only') })
  expect((await run(['profiles', 'lint'])).exitCode).toBe(0)
  await home.write({ 'profiles/broken.toml': 'id = "broken"\nwrote = 1\n' })
  const lint = await run(['profiles', 'lint'])
  expect(lint.exitCode).not.toBe(0)
  expect(lint.stdout + lint.stderr).toContain('broken.toml')
})
