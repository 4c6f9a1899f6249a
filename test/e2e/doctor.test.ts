import { chmod, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import type { CodexResult } from '../support/run-codex.ts'
import { scriptedSession } from '../support/scripted-session.ts'

interface ToldCheck {
  readonly name: string
  readonly status: string
  readonly detail: string
  readonly fix?: string
}

function checksOf({ stdout }: CodexResult): readonly ToldCheck[] {
  return JSON.parse(stdout) as readonly ToldCheck[] // as docs/json-output.md has it
}

test('a home in order has no errors, and nobody is asked', async () => {
  const session = await scriptedSession([])
  await chmod(session.home.codexHome, 0o700)
  const result = await session.run(['doctor', '--json'])
  expect(result).toMatchObject({ exitCode: 0, stderr: '' })
  const checks = checksOf(result)
  const names = ['node', 'shell', 'home', 'disk', 'permissions', 'git', 'sandbox', 'audit', 'plugins', 'files', 'model']
  expect(checks.map(({ name }) => name)).toEqual(expect.arrayContaining(names))
  expect(checks.filter(({ status }) => status === 'error')).toEqual([])
  expect(session.server.requests).toEqual([])
})

test.each([
  ['no TOML', 'model = \n', /config\.toml:1:9: /],
  ['a value of the wrong type', 'model = 5\n', /config\.toml:1:1: model: expected string/],
])('a config.toml with %s is one check, the others are made, and the model is not asked', async (_, text, what) => {
  const session = await scriptedSession([{ text: 'ok' }])
  await writeFile(join(session.home.codexHome, 'config.toml'), text)
  const result = await session.run(['doctor', '--online', '--json'])
  expect(result).toMatchObject({ exitCode: 1, stderr: '' })
  const checks = checksOf(result)
  expect(checks.filter(({ status }) => status === 'error')).toEqual([
    { name: 'config', status: 'error', detail: expect.stringMatching(what), fix: expect.any(String) },
  ])
  expect(checks.map(({ name }) => name)).toEqual(expect.arrayContaining(['node', 'git', 'sandbox', 'audit', 'files']))
  expect(checks).toContainEqual(expect.objectContaining({ name: 'model', status: 'warning' }))
  expect(session.server.requests).toEqual([])
  expect((await session.run(['exec', 'hi'])).exitCode).toBe(1)
})

test('--online asks the model once, and says how long it took', async () => {
  const session = await scriptedSession([{ text: 'ok' }])
  const result = await session.run(['doctor', '--online', '--json'])
  expect(checksOf(result)).toContainEqual({
    name: 'model',
    status: 'ok',
    detail: expect.stringMatching(/^provider scripted, model scripted-model: answered after \d+ ms$/),
  })
  expect(session.server.requests).toHaveLength(1)
})

test('--online with a key that is refused is an error, with a fix and without the key', async () => {
  const body = { error: { message: 'Incorrect API key provided: sk-secret-of-mine' } }
  const session = await scriptedSession([{ failure: { kind: 'status', status: 401, body } }])
  const { exitCode, stdout } = await session.run(['doctor', '--online'], {
    env: { SCRIPTED_MODEL_KEY: 'sk-secret-of-mine' },
  })
  expect(exitCode).toBe(1)
  expect(stdout).toMatch(/error {4}model: provider scripted: .*\n {11}fix: /)
  expect(stdout).not.toContain('sk-secret-of-mine')
})

test('what others can read is told with the chmod that mends it', async () => {
  const session = await scriptedSession([])
  const { codexHome } = session.home
  const key = join(codexHome, 'auth.json')
  await writeFile(key, '{"OPENAI_API_KEY":"sk-secret-of-mine"}')
  await Promise.all([chmod(codexHome, 0o755), chmod(key, 0o644)])
  const result = await session.run(['doctor', '--json'])
  const fixes = checksOf(result).flatMap(({ name, fix }) => (name === 'permissions' ? [fix] : []))
  expect(fixes).toEqual([`chmod 700 '${codexHome}'`, `chmod 600 '${key}'`])
  expect(result.stdout).not.toContain('sk-secret-of-mine')
})

test('the password of a proxy is not shown, and what is no address is a warning', async () => {
  const session = await scriptedSession([])
  const env = { HTTPS_PROXY: 'http://me:pass-of-mine@127.0.0.1:9', HTTP_PROXY: 'pass-of-mine' }
  const result = await session.run(['doctor', '--json'], { env })
  expect(checksOf(result).filter(({ name }) => name === 'proxy')).toMatchObject([
    { status: 'ok', detail: 'HTTPS_PROXY: 127.0.0.1:9' },
    { status: 'warning', detail: 'HTTP_PROXY is no http or https URL' },
  ])
  expect(result.stdout).not.toContain('pass-of-mine')
})

test('several programs named codex in PATH are a warning that names them', async () => {
  const session = await scriptedSession([])
  const folders = ['one', 'two'].map((name) => join(session.home.homeDir, name))
  for (const folder of folders) {
    await mkdir(folder)
    await writeFile(join(folder, 'codex'), '#!/bin/sh\n', { mode: 0o755 })
  }
  const result = await session.run(['doctor', '--json'], { env: { PATH: [...folders, process.env.PATH].join(':') } })
  const [found] = checksOf(result).filter(({ name }) => name === 'command')
  expect(found).toMatchObject({ status: 'warning' })
  for (const folder of folders) expect(found?.detail).toContain(join(folder, 'codex'))
})

test('a table of ours in the config.toml that Codex reads too is a warning', async () => {
  const session = await scriptedSession([])
  const file = join(session.home.codexHome, 'config.toml')
  await writeFile(file, `${await readFile(file, 'utf8')}\n[commands]\nauto_reload = false\n`)
  expect(checksOf(await session.run(['doctor', '--json'])).map(({ name }) => name)).not.toContain('shared home')
  await session.home.write({ 'history.jsonl': '' })
  expect(checksOf(await session.run(['doctor', '--json']))).toContainEqual({
    name: 'shared home',
    status: 'warning',
    detail: expect.stringContaining('[commands]'),
    fix: expect.stringContaining('kernel.toml'),
  })
})

test('what stops every thread from starting is an error', async () => {
  const session = await scriptedSession([])
  const file = join(session.home.codexHome, 'config.toml')
  await writeFile(file, `default_permissions = "mine"\n${await readFile(file, 'utf8')}`)
  const result = await session.run(['doctor', '--json'])
  expect(result.exitCode).toBe(1)
  expect(checksOf(result)).toContainEqual({
    name: 'restrictions',
    status: 'error',
    detail: expect.stringContaining('no thread can start: default_permissions is'),
    fix: expect.stringContaining('There are: :read-only'),
  })
})

test('a changed audit log is an error, and the last line counts', async () => {
  const session = await scriptedSession([])
  await session.run(['sandbox', 'true'])
  const directory = join(session.home.codexHome, 'audit')
  const month = `${new Date().toISOString().slice(0, 7)}.jsonl`
  onTestFinished(() => rm(directory, { recursive: true, force: true }))
  const text = await readFile(join(directory, month), 'utf8')
  await writeFile(join(directory, month), text.replace('"allow"', '"deny"').replace(/"script":"true"/, '"script":"no"'))
  const { exitCode, stdout } = await session.run(['doctor'])
  expect(exitCode).toBe(1)
  expect(stdout).toContain('error    audit:')
  expect(stdout.trimEnd().split('\n').at(-1)).toMatch(/^1 error, \d+ warnings?\. Each says how to mend it\.$/)
})
