import { expect, onTestFinished, test } from 'vitest'
import { completedItems, execCase } from '../support/exec-case.ts'
import { type ModelServer, type ModelTurn, startModelServer } from '../support/model-server.ts'

async function serve(turns: readonly ModelTurn[]): Promise<ModelServer> {
  const server = await startModelServer(turns, { whenSpent: 'repeat' })
  onTestFinished(() => server.close())
  return server
}

const down: ModelTurn = { failure: { kind: 'status', status: 503 } }

const config = (first: string, second: string) => `model = "gpt-5.4"
model_provider = "company"

[model_providers.company]
env_key = "COMPANY_KEY"
stream_max_retries = 0
request_max_retries = 0

[[model_providers.company.endpoints]]
base_url = "${first}"
env_key = "FIRST_KEY"
weight = 1000000

[[model_providers.company.endpoints]]
base_url = "${second}"
`
const env = { COMPANY_KEY: 'key-of-company', FIRST_KEY: 'key-of-first' }

test('a turn goes on at the next endpoint, tells it, and both requests are in the audit log', async () => {
  const [first, second] = [await serve([down]), await serve([{ text: 'hello' }])]
  const { exec, home, audit } = await execCase([])
  await home.write({ 'config.toml': config(first.url, second.url) })
  const result = await exec(['hi'], { env })
  expect(result).toMatchObject({ exitCode: 0 })
  expect(completedItems(result, 'agent_message')).toMatchObject([{ text: 'hello' }])
  expect(completedItems(result, 'notice')).toMatchObject([
    { message: expect.stringContaining(`${first.url}/responses is left for another endpoint`) },
  ])
  expect(first.requests.map(({ headers }) => headers.authorization)).toEqual(['Bearer key-of-first'])
  expect(second.requests.map(({ headers }) => headers.authorization)).toEqual(['Bearer key-of-company'])
  const log = await audit()
  for (const { url } of [first, second]) expect(log).toContain(`"port":${new URL(url).port}`)
  expect(log + result.stdout + result.stderr).not.toMatch(/key-of-/)
})

test('a thread that is resumed goes to the endpoint that answered it first', async () => {
  const [first, second] = [await serve([{ text: 'one' }]), await serve([{ text: 'two' }])]
  const { exec, home } = await execCase([])
  await home.write({ 'config.toml': config(first.url, second.url).replace('weight = 1000000', '') })
  const begun = await exec(['hi'], { env })
  const id = String(begun.events[0]?.thread_id)
  for (let turn = 0; turn < 3; turn += 1) await exec(['resume', id, 'again'], { env })
  expect([first.requests.length, second.requests.length].sort()).toEqual([0, 4])
})

test('a repository sets no endpoints, trusted or not', async () => {
  const [theirs, own] = [await serve([{ text: 'theirs' }]), await serve([{ text: 'own' }])]
  const { exec, home, workspace } = await execCase([], { git: true })
  const trust = `\n[projects."${workspace.path}"]\ntrust_level = "trusted"\n`
  await home.write({ 'config.toml': config(own.url, own.url).replace(/\n\[\[.*?weight.*?\n/s, '\n') + trust })
  await workspace.write({ '.codex/config.toml': config(theirs.url, theirs.url) })
  const result = await exec(['hi'], { env })
  expect(completedItems(result, 'agent_message')).toMatchObject([{ text: 'own' }])
  expect(completedItems(result, 'error').map(({ message }) => message)).toContainEqual(
    expect.stringContaining('model_providers'),
  )
  expect(theirs.requests).toHaveLength(0)
})

test('an endpoint without an address, or with a weight that is none, is told with its line', async () => {
  const { exec, home } = await execCase([])
  await home.write({ 'config.toml': config('http://127.0.0.1:9/v1', 'x').replace('weight = 1000000', 'weight = 0') })
  const { exitCode, stderr } = await exec(['hi'], { env })
  expect({ exitCode, stderr }).toMatchObject({
    exitCode: 1,
    stderr: expect.stringMatching(/config\.toml:12.*weight|weight/s),
  })
})
