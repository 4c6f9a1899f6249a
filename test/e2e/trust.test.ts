import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { fixtureSession } from '../support/fixture-session.ts'
import type { ModelTurn } from '../support/model-server.ts'
import { lastUserText, type ScriptedSession, sentBody } from '../support/scripted-session.ts'

const done: ModelTurn = { text: 'Done.' }
const shell = (script: string): ModelTurn => ({ calls: [{ shell: script }] })
const open = (turns: readonly ModelTurn[] = [done]) => fixtureSession('repository-files', turns)

async function trusted(turns: readonly ModelTurn[] = [done]): Promise<ScriptedSession> {
  const session = await open(turns)
  expect((await session.run(['trust'])).exitCode).toBe(0)
  return session
}

const toolNames = (body: Readonly<Record<string, unknown>>) =>
  (body.tools as readonly { readonly name: string }[]).map(({ name }) => name) // every tool has a name

test("an untrusted repository's configuration is ignored, with a warning", async () => {
  const session = await open()
  const { exitCode, stdout } = await session.run(['exec', '--json', 'hello'])
  expect(exitCode).toBe(0)
  expect(sentBody(session.server, 0).model).toBe('scripted-model')
  expect(stdout).toContain('Untrusted project-local configuration is disabled')
})

test("a trusted repository's configuration counts", async () => {
  const session = await trusted()
  expect((await session.run(['exec', 'hello'])).exitCode).toBe(0)
  expect(sentBody(session.server, 0).model).toBe('model-of-the-repository')
})

test("an untrusted repository's command shadows nothing, is called by its full name and only reads", async () => {
  const session = await open([done, done])
  await session.run(['/review'])
  expect(lastUserText(sentBody(session.server, 0))).not.toContain('as this repository likes it')
  expect((await session.run(['-s', 'workspace-write', '/project:review'])).exitCode).toBe(0)
  const body = sentBody(session.server, -1)
  expect(lastUserText(body)).toBe('Review as this repository likes it.')
  expect(toolNames(body)).toContain('read_file')
  expect(toolNames(body)).not.toContain('exec_command')
  expect(toolNames(body)).not.toContain('apply_patch')
})

test("a trusted repository's command shadows the built-in one, visibly", async () => {
  const session = await trusted()
  expect((await session.run(['/review'])).exitCode).toBe(0)
  expect(lastUserText(sentBody(session.server, 0))).toBe('Review as this repository likes it.')
  const listed = JSON.parse((await session.run(['commands', 'list', '--json'])).stdout)
  expect(listed.find(({ name }: { name: string }) => name === 'review')).toMatchObject({
    origin: { layer: 'project' },
    shadows: [{ layer: 'builtin' }],
  })
})

test("an untrusted repository's agent never activates, has no alias, and only reads", async () => {
  const session = await open([done, done])
  await session.run(['please rescue the cat from the tree'])
  expect(JSON.stringify(sentBody(session.server, 0).input)).not.toContain('You are the local hero.')
  expect((await session.run(['agent', 'hero', 'go'])).exitCode).toBe(2)
  expect((await session.run(['agent', 'local-hero', 'go'])).exitCode).toBe(2)
  expect((await session.run(['agent', 'project:local-hero', 'go', '-s', 'workspace-write'])).exitCode).toBe(0)
  const body = sentBody(session.server, -1)
  expect(JSON.stringify(body.input)).toContain('You are the local hero.')
  expect(toolNames(body)).not.toContain('exec_command')
})

test("a trusted repository's agent activates and answers to its alias", async () => {
  const session = await trusted([done, done])
  await session.run(['please rescue the cat from the tree'])
  expect(JSON.stringify(sentBody(session.server, 0).input)).toContain('You are the local hero.')
  expect((await session.run(['agent', 'hero', 'go'])).exitCode).toBe(0)
})

test.each([{ trust: false }, { trust: true }])(
  "a repository's profile narrows (trusted: $trust)",
  async ({ trust }) => {
    const turns = [shell('mkdir -p vendor src; echo no > vendor/file; echo yes > src/file'), done]
    const session = trust ? await trusted(turns) : await open(turns)
    expect((await session.run(['exec', '-s', 'workspace-write', 'write'])).exitCode).toBe(0)
    expect(existsSync(join(session.workspace.path, 'vendor', 'file'))).toBe(false)
  },
)

test.each([{ trust: false }, { trust: true }])("a repository's policy forbids (trusted: $trust)", async ({ trust }) => {
  const turns = [shell('touch made'), done]
  const session = trust ? await trusted(turns) : await open(turns)
  expect((await session.run(['exec', '-s', 'workspace-write', 'touch'])).exitCode).toBe(0)
  expect(existsSync(join(session.workspace.path, 'made'))).toBe(false)
  expect(JSON.stringify(sentBody(session.server, 1).input)).toContain('Touching is for the vendor.')
})

test.each([{ trust: false }, { trust: true }])(
  "a repository's allow lifts no rule of the user (trusted: $trust)",
  async ({ trust }) => {
    const session = trust ? await trusted() : await open()
    const { exitCode, stdout } = await session.run(['policy', 'test', 'deploy-it now'])
    expect(exitCode).toBe(5)
    expect(stdout).toContain('Deploying is mine.')
  },
)

test('trust can be shown and taken back', async () => {
  const session = await trusted()
  const { path } = session.workspace
  expect((await session.run(['trust', '--show'])).stdout.split('\n')[0]).toBe(`${path}: trusted`)
  expect((await session.run(['trust', '--revoke'])).exitCode).toBe(0)
  expect((await session.run(['trust', '--show', '--json'])).stdout).toContain('"untrusted"')
})

test('a trusted workspace that is no git repository is enough for exec', async () => {
  const session = await fixtureSession('repository-files', [done], { git: false })
  const refused = await session.run(['exec', 'hello'])
  expect(refused.exitCode).toBe(1)
  expect(refused.stderr).toContain('Not inside a trusted directory')
  await session.run(['trust'])
  expect((await session.run(['exec', 'hello'])).exitCode).toBe(0)
})

test('--show says what trust would turn on, with files, and changes nothing', async () => {
  const session = await open()
  const show = async () => JSON.parse((await session.run(['trust', '--show', '--json'])).stdout)
  const before = await show()
  expect(before.trust).toBe('untrusted')
  const kinds = before.parts.map(({ kind }: { kind: string }) => kind)
  expect(kinds).toEqual(expect.arrayContaining(['command', 'agent', 'configuration']))
  expect(before.parts).toContainEqual({
    kind: 'configuration',
    id: 'config.toml',
    file: join(session.workspace.path, '.codex/config.toml'),
  })
  expect((await session.run(['trust', '--show'])).stdout).toContain('Would be in force if you trusted it:')
  expect(await show()).toEqual(before)
  await session.run(['trust'])
  expect((await session.run(['trust', '--show'])).stdout).toContain('In force, since it is trusted:')
})

test('right after it was trusted, a repository is not called untrusted', async () => {
  const session = await open()
  const { exitCode, stderr } = await session.run(['trust'])
  expect({ exitCode, stderr }).toEqual({
    exitCode: 0,
    stderr: `${session.workspace.path} is trusted from the next start on.\n`,
  })
})

test('trust is seen and taken back where a file that it covers is broken', async () => {
  const session = await trusted()
  await session.workspace.write({ '.codex/config.toml': 'model = \n' })
  expect((await session.run(['exec', 'hello'])).exitCode).toBe(1)
  const shown = await session.run(['trust', '--show'])
  expect(shown).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('.codex/config.toml:1:') })
  expect(await session.run(['trust', '--revoke'])).toMatchObject({ exitCode: 0 })
  expect((await session.run(['exec', 'hello'])).exitCode).toBe(0)
})
