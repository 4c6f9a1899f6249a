import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { completedItems, execCase } from '../support/exec-case.ts'
import { scriptedSession } from '../support/scripted-session.ts'

const key = { SCRIPTED_MODEL_KEY: 'sk-scripted-key' }
const server = (models: readonly object[]) => ({ server: { models } })
const listed = [
  { id: 'gpt-5.4', object: 'model' },
  { id: 'house-model', context_length: 65_536 },
]

test('the models of the built-in provider are listed without a key and without a request', async () => {
  const { run, home } = await scriptedSession([])
  await home.write({ 'config.toml': '' })
  const { exitCode, stdout, stderr } = await run(['models'])
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: expect.stringContaining('no API key is set') })
  expect(stdout).toMatch(/^gpt-5\.4 +1050k +128k +none-xhigh +\$2\.5 +\$0\.25 +\$15$/m)
  expect(stdout).toContain('models of openai, as this version knows them. Prices are US dollars')
})

test('the models of a server come with what is known of each, and are kept for a day', async () => {
  const { run, server: model, home } = await scriptedSession([], server(listed))
  const first = await run(['models', '--json'], { env: key })
  expect(JSON.parse(first.stdout)).toMatchObject({
    provider: 'scripted',
    source: 'server',
    models: [
      { id: 'gpt-5.4', contextWindow: 1_050_000, price: { input: 2.5, output: 15 } },
      { id: 'house-model', contextWindow: 65_536 },
    ],
  })
  expect(model.listings[0]?.headers).toMatchObject({ authorization: 'Bearer sk-scripted-key', originator: 'codex_cli' })
  const second = await run(['models', '--json'], { env: key })
  expect(JSON.parse(second.stdout)).toMatchObject({
    source: 'cache',
    models: [{ id: 'gpt-5.4' }, { id: 'house-model' }],
  })
  expect(model.listings).toHaveLength(1)
  expect(await readdir(join(home.codexHome, 'cache', 'models'))).toEqual(['scripted.json'])
  const audit = await readdir(join(home.codexHome, 'audit'))
  expect(audit.length).toBeGreaterThan(0)
})

test('--refresh asks again, and what has not changed is not sent again', async () => {
  const models: object[] = [...listed]
  const { run, server: model } = await scriptedSession([], { server: { models: () => models } })
  await run(['models'], { env: key })
  const same = await run(['models', '--refresh', '--json'], { env: key })
  expect(JSON.parse(same.stdout)).toMatchObject({
    source: 'server',
    models: [{ id: 'gpt-5.4' }, { id: 'house-model' }],
  })
  expect(model.listings[1]?.headers['if-none-match']).toMatch(/^"[0-9a-f]{16}"$/)
  models.push({ id: 'new-model' })
  const changed = await run(['models', '--refresh', '--json'], { env: key })
  expect(JSON.parse(changed.stdout).models).toHaveLength(3)
})

test('where the server cannot be asked the last list or the built-in one is shown, and why; --refresh fails', async () => {
  const { run, server: model, home } = await scriptedSession([], server(listed))
  const without = await run(['models'], { env: { SCRIPTED_MODEL_KEY: undefined } })
  expect(without).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('as this version knows them') })
  expect(without.stderr).toContain('Missing environment variable: `SCRIPTED_MODEL_KEY`.')
  await run(['models'], { env: key })
  const file = join(home.codexHome, 'cache', 'models', 'scripted.json')
  const stored = JSON.parse(await readFile(file, 'utf8'))
  await writeFile(file, JSON.stringify({ ...stored, fetched_at: '2020-01-01T00:00:00.000Z' }))
  await model.close()
  const late = await run(['models'], { env: key })
  expect(late).toMatchObject({
    exitCode: 0,
    stdout: expect.stringContaining('as its server listed them at 2020-01-01'),
  })
  expect(late.stderr).toContain('warning: error sending request for url')
  const forced = await run(['models', '--refresh'], { env: key })
  expect(forced).toMatchObject({
    exitCode: 1,
    stdout: '',
    stderr: expect.stringContaining('hint: Nothing listens there'),
  })
})

test('a damaged list is as if it were not there', async () => {
  const { run, server: model, home } = await scriptedSession([], server(listed))
  await home.write({ 'cache/models/scripted.json': '{"models":[{"id":' })
  expect(await run(['models'], { env: key })).toMatchObject({ exitCode: 0 })
  expect(model.listings).toHaveLength(1)
})

test('a turn asks for no list, and tells a model that nothing is known of', async () => {
  const { exec, server: model } = await execCase([{ text: 'a' }, { text: 'b' }, { text: 'c' }], server(listed))
  const window = ['-c', 'model_context_window=100000']
  const warned = (result: Awaited<ReturnType<typeof exec>>) =>
    completedItems(result, 'error').map(({ message }) => message)
  expect(warned(await exec([...window, 'hi'], { env: key }))).toEqual([])
  expect(warned(await exec(['-m', 'gpt-5.4-2026-03-05', 'hi'], { env: key }))).toEqual([])
  expect(model.listings).toHaveLength(0)
})

test('a model that only the server knows is known once it was listed', async () => {
  const { exec, run, server: model, home } = await execCase([{ text: 'a' }, { text: 'b' }], server(listed))
  const config = (await readFile(join(home.codexHome, 'config.toml'), 'utf8')).replace(/^model_context_window.*$/m, '')
  await home.write({ 'config.toml': config })
  const message =
    'Model metadata for `house-model` not found. Defaulting to fallback metadata; this can degrade performance and cause issues.'
  const before = await exec(['-m', 'house-model', 'hi'], { env: key })
  expect(completedItems(before, 'error')).toMatchObject([{ message }])
  expect(before.exitCode).toBe(0)
  await run(['models'], { env: key })
  expect(completedItems(await exec(['-m', 'house-model', 'hi'], { env: key }), 'error')).toEqual([])
  expect(model.listings).toHaveLength(1)
})

test('a provider that there is not is told with those that there are', async () => {
  const { run } = await scriptedSession([])
  const { exitCode, stderr } = await run(['models', '--provider', 'nowhere'])
  expect({ exitCode, stderr }).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining('Known: '),
  })
})

test.each(['toString', '__proto__'])(
  'a provider that is called %s, as what every object inherits, is not known',
  async (id) => {
    const { run } = await scriptedSession([])
    const { exitCode, stdout, stderr } = await run(['models', '--provider', id])
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' })
    expect(stderr).toContain(`Model provider \`${id}\` not found`)
  },
)

test('a server that lists the key as a model has it neither shown nor kept', async () => {
  const { run, home } = await scriptedSession([], server([{ id: key.SCRIPTED_MODEL_KEY }, { id: 'house-model' }]))
  const { exitCode, stdout, stderr } = await run(['models', '--refresh', '--json'], { env: key })
  expect(exitCode).toBe(0)
  expect(JSON.parse(stdout).models.map(({ id }: { id: string }) => id)).toEqual(['house-model', '[redacted]'])
  const kept = await readFile(join(home.codexHome, 'cache', 'models', 'scripted.json'), 'utf8')
  for (const text of [stdout, stderr, kept]) expect(text).not.toContain(key.SCRIPTED_MODEL_KEY)
  expect(kept).toContain('house-model')
})
