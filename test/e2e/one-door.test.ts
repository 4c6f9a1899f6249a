import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { fixture } from '../support/fixture-session.ts'
import type { ModelTurn } from '../support/model-server.ts'
import { packPlugin } from '../support/pack-plugin.ts'
import { lastUserText, scriptedSession, sentBody } from '../support/scripted-session.ts'

/** A plugin that lies outside of the workspace, as its author would hand it on. */
let directory: string
let tarball: string
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'codex-one-door-'))
  tarball = await packPlugin(fixture('one-door'), directory)
})
afterAll(() => rm(directory, { recursive: true, force: true }))

const contributions = [
  'agent harbour-master',
  'command log-entry',
  'definitionKinds tide-table',
  'handlers moor',
  'hooks UserPromptSubmit',
  'policy no-anchors',
  'profile in-port',
  'providers foghorn',
  'routers compass',
  'sandboxes bubblewrap',
  'tide-table evening',
  'tide-table morning',
  'tools tide',
]

async function installed(turns: readonly ModelTurn[] = [{ text: 'Done.' }]) {
  const session = await scriptedSession(turns)
  const { exitCode, stderr } = await session.run(['plugins', 'install', tarball, '--yes'])
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 })
  return session
}

type Session = Awaited<ReturnType<typeof installed>>

/** What is listed of the plugin. */
async function listed(session: Session): Promise<readonly string[]> {
  const { stdout } = await session.run(['extensions', '--json'])
  const entries: readonly { point: string; id: string; plugin: string; status: string }[] = JSON.parse(stdout)
  return entries
    .filter(({ plugin, status }) => plugin === '@harbour/one-door' && status === 'active')
    .map(({ point, id }) => `${point} ${id}`)
    .toSorted()
}

test('a plugin from a tarball is listed with all that it contributes', async () => {
  const session = await installed()
  expect(await listed(session)).toEqual(contributions)
  const { stdout } = await session.run(['plugins', 'list', '--json'])
  expect(stdout).toContain('"@harbour/one-door"')
  expect(stdout).toContain('"1.2.0"')
})

test('its tool, kind of file, sandbox and hook work in a turn of a model', async () => {
  const session = await installed([
    { calls: [{ name: 'tide', arguments: {} }, { shell: 'echo "<$DRY_DOCK>"' }] },
    { text: 'Done.' },
  ])
  expect((await session.run(['exec', 'when is high water?'])).exitCode).toBe(0)
  const told = JSON.stringify(sentBody(session.server, 1).input)
  expect(told).toContain('7 metres')
  expect(told).toContain('<gate shut>')
  const refused = await session.run(['exec', 'plan a mutiny'])
  expect(refused.exitCode).toBe(5)
  expect(refused.stderr).toContain('not on this ship')
  expect(session.server.requests).toHaveLength(2)
})

test('its agent, router and provider answer', async () => {
  const session = await installed()
  const routed = await session.run(['ahoy there, any news?', '--json'])
  expect(routed.events).toContainEqual(
    expect.objectContaining({ item: expect.objectContaining({ type: 'activation', agent: 'harbour-master' }) }),
  )
  expect(JSON.stringify(sentBody(session.server, 0).input)).toContain('You are the harbour master.')
  const loud = await session.run(['agent', 'harbour-master', 'hear me', '-m', 'loud', '-c', 'model_provider=foghorn'])
  expect(loud).toMatchObject({ exitCode: 0, stdout: 'harbour-master: HEAR ME\n' })
  const playbook = await session.run(['agent', 'harbour-master', 'when?', '--playbook'])
  expect(playbook.stdout).toContain('High water: 7 metres')
})

test('its slash commands, its command of the program, its profile and its policy are there', async () => {
  const session = await installed()
  expect((await session.run(['/log-entry', 'Dora'])).exitCode).toBe(0)
  expect(lastUserText(sentBody(session.server, 0))).toBe('Enter Dora in the log.')
  expect((await session.run(['/moor', 'Dora'])).stdout).toContain('Dora lies at berth 7')
  expect(JSON.parse((await session.run(['fleet', '--json'])).stdout)).toContain('harbour-master')
  expect((await session.run(['--help'])).stdout).toContain('fleet')
  expect((await session.run(['sandbox', '-p', 'in-port', '--', 'true'])).exitCode).toBe(5)
  const policy = await session.run(['policy', 'test', 'drop-anchor --now'])
  expect(policy).toMatchObject({ exitCode: 5, stdout: expect.stringContaining('There are cables on the ground.') })
})

test('when it is uninstalled, nothing of it is left', async () => {
  const session = await installed([{ calls: [{ shell: 'echo "<$DRY_DOCK>"' }] }, { text: 'Done.' }])
  const { exitCode, stderr } = await session.run(['plugins', 'uninstall', '@harbour/one-door'])
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 })
  expect(await listed(session)).toEqual([])
  expect((await session.run(['exec', 'plan a mutiny'])).exitCode).toBe(0)
  const offered = sentBody(session.server, 0).tools as readonly { readonly name: string }[] // every tool has a name
  expect(offered.map(({ name }) => name)).not.toContain('tide')
  expect(JSON.stringify(sentBody(session.server, 1).input)).toContain('<>')
  for (const gone of [['/log-entry', 'Dora'], ['/moor', 'Dora'], ['fleet'], ['agent', 'harbour-master', 'when?']]) {
    expect((await session.run(gone)).exitCode, gone.join(' ')).toBe(2)
  }
  const profile = await session.run(['sandbox', '-p', 'in-port', '--', 'true'])
  expect(profile.stderr).toContain('in-port')
  expect(profile.exitCode).not.toBe(0)
  expect((await session.run(['policy', 'test', 'drop-anchor --now'])).exitCode).toBe(0)
  expect((await session.run(['exec', 'hi', '-m', 'loud', '-c', 'model_provider=foghorn'])).exitCode).toBe(1)
  const left = await readdir(join(session.home.codexHome, 'oclif'), { recursive: true })
  expect(left.filter((name) => name.includes('one-door'))).toEqual([])
})
