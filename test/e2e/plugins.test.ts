import { expect, test } from 'vitest'
import { installedPlugins } from '../support/installed-plugins.ts'
import type { ModelTurn } from '../support/model-server.ts'
import { lastUserText, scriptedSession, sentBody } from '../support/scripted-session.ts'

const done: ModelTurn = { text: 'Done.' }
const call = (name: string, input: object = {}): ModelTurn => ({ calls: [{ name, arguments: input }] })
const withPlugins = (names: readonly string[], turns: readonly ModelTurn[] = [done], config = '') =>
  scriptedSession(turns, { home: installedPlugins(...names), config })

/** What the model was told of the call that it made before request `index`. */
function toolOutput(body: Readonly<Record<string, unknown>>): string {
  const input = body.input as readonly { readonly type: string; readonly output?: unknown }[] // items of the Responses API
  return JSON.stringify(input.findLast(({ type }) => type === 'function_call_output')?.output)
}

function offered(body: Readonly<Record<string, unknown>>): readonly string[] {
  return (body.tools as readonly { readonly name: string }[]).map(({ name }) => name) // every tool has a name
}

test('an installed plugin shows with all that it contributes', async () => {
  const session = await withPlugins(['everything'])
  const { exitCode, stdout, stderr } = await session.run(['extensions', '--json'])
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
  const entries: readonly { point: string; id: string; plugin: string; version: string; status: string }[] =
    JSON.parse(stdout)
  const own = entries.filter(({ plugin }) => plugin === 'everything')
  expect(own.map(({ point, id, status }) => `${point} ${id} ${status}`).toSorted()).toEqual([
    'agent town-crier active',
    'command announce active',
    'definitionKinds lucky-number active',
    'handlers greet active',
    'hooks PreToolUse active',
    'hooks UserPromptSubmit active',
    'lucky-number seven active',
    'lucky-number thirty active',
    'policy no-bells active',
    'profile market-day active',
    'providers parrot active',
    'routers exclaim active',
    'sandboxes jail disabled',
    'tools dice active',
    'tools lucky active',
  ])
  expect(new Set(own.map(({ version }) => version))).toEqual(new Set(['2.3.4']))
})

test("a plugin's tool is called, and sees its own settings", async () => {
  const config = '[plugins.everything]\nlabel = "threw"\n'
  const session = await scriptedSession([call('dice', { sides: 6 }), done], { home: installedPlugins('everything') })
  await session.home.write({ 'kernel.toml': config })
  expect((await session.run(['exec', 'roll'])).exitCode).toBe(0)
  expect(toolOutput(sentBody(session.server, 1))).toContain('threw 6')
})

test("a plugin's kind of definition comes from the plugin, the home and a trusted repository", async () => {
  const session = await scriptedSession([call('lucky'), done], {
    home: { ...installedPlugins('everything'), 'lucky-numbers/hundred.txt': '100\n' },
    files: { '.codex/lucky-numbers/seven.txt': '1000\n' },
  })
  await session.run(['trust'])
  expect((await session.run(['exec', 'sum'])).exitCode).toBe(0)
  expect(toolOutput(sentBody(session.server, 1))).toContain('sum 1130')
})

test("a file of a plugin's kind that does not load is told, and the rest counts", async () => {
  const session = await scriptedSession([call('lucky'), done], {
    home: { ...installedPlugins('everything'), 'lucky-numbers/word.txt': 'eleven\n' },
  })
  const { exitCode, stdout } = await session.run(['exec', '--json', 'sum'])
  expect(exitCode).toBe(0)
  expect(toolOutput(sentBody(session.server, 1))).toContain('sum 37')
  expect(stdout).toContain('lucky-numbers/word.txt:1:1')
})

test("a plugin's handler is a slash command", async () => {
  const session = await withPlugins(['everything'])
  const { exitCode, stdout } = await session.run(['/greet', 'Ada'])
  expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: expect.stringMatching(/^Hello Ada from \d/) })
  expect((await session.run(['/greet'])).exitCode).toBe(2)
  expect((await session.run(['/help', 'greet'])).stdout).toContain('/greet <who>')
})

test("a plugin's command file is a slash command", async () => {
  const session = await withPlugins(['everything'])
  expect((await session.run(['/announce', 'lunch'])).exitCode).toBe(0)
  expect(lastUserText(sentBody(session.server, 0))).toBe('Announce lunch to the town.')
})

test("a plugin's router decides which agent takes a prompt", async () => {
  const session = await withPlugins(['everything'])
  const { events } = await session.run(['the king is coming!', '--json'])
  expect(events).toContainEqual(
    expect.objectContaining({
      item: expect.objectContaining({ type: 'activation', agent: 'town-crier', score: 1, reasons: ['it is shouted'] }),
    }),
  )
  expect(JSON.stringify(sentBody(session.server, 0).input)).toContain('You are the town crier.')
})

test("a plugin's provider answers, with the agent that was activated", async () => {
  const session = await withPlugins(['everything'])
  const { exitCode, stdout } = await session.run([
    ...['agent', 'town-crier', 'hear me', '-m', 'any'],
    ...['-c', 'model_provider=parrot'],
  ])
  expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: 'town-crier heard: hear me\n' })
  expect(session.server.requests).toEqual([])
})

test("a plugin's hook tells the model something, and refuses a prompt", async () => {
  const session = await withPlugins(['everything'])
  await session.run(['exec', 'hello'])
  expect(JSON.stringify(sentBody(session.server, 0).input)).toContain('The everything plugin is here.')
  const refused = await session.run(['exec', 'say the forbidden word'])
  expect(refused.exitCode).not.toBe(0)
  expect(refused.stderr).toContain('that word')
  expect(session.server.requests).toHaveLength(1)
})

test.each([
  { sides: 13, hook: 'denies', says: 'thirteen is unlucky' },
  { sides: 666, hook: 'throws', says: 'the guard fell over' },
])('a call that a hook before it $hook does not run, and the model is told', async ({ sides, says }) => {
  const session = await withPlugins(['everything'], [call('dice', { sides }), done])
  expect((await session.run(['exec', 'roll'])).exitCode).toBe(0)
  const output = toolOutput(sentBody(session.server, 1))
  expect(output).toContain(says)
  expect(output).not.toContain('rolled')
})

test("a plugin's profile and policy are in force", async () => {
  const session = await withPlugins(['everything'])
  expect((await session.run(['profiles', 'list', '-p', 'market-day'])).stdout).toContain('* market-day')
  const tested = await session.run(['policy', 'test', 'ring-bell --loud'])
  expect(tested.exitCode).toBe(5)
  expect(tested.stdout).toContain('The bell is broken.')
  expect((await session.run(['sandbox', '-p', 'market-day', '--', 'true'])).exitCode).toBe(5)
  expect((await session.run(['sandbox', '--', 'true'])).exitCode).toBe(0)
})

test('a sandbox of a plugin shadows the one of the same id, visibly, and runs the commands', async () => {
  const session = await withPlugins(['own-sandbox'], [{ calls: [{ shell: 'echo "by <$JAILED_BY>"' }] }, done])
  expect((await session.run(['exec', 'go'])).exitCode).toBe(0)
  expect(toolOutput(sentBody(session.server, 1))).toContain('by <own-sandbox>')
  const entries = JSON.parse((await session.run(['extensions', 'sandboxes', '--json'])).stdout)
  expect(entries).toContainEqual(expect.objectContaining({ plugin: 'own-sandbox', status: 'active' }))
  expect(entries).toContainEqual(
    expect.objectContaining({ id: 'bubblewrap', status: 'shadowed', reason: 'shadowed by own-sandbox' }),
  )
})

test.each([
  { plugin: 'throws-on-import', tool: 'thrower', says: 'threw while it was imported: Error: no such luck' },
  { plugin: 'hangs-on-import', tool: 'hanger', says: 'was not imported within' },
  { plugin: 'wrong-shape', tool: 'shapeless', says: 'has no function "run"' },
  { plugin: 'wrong-effects', tool: 'sneaky', says: 'has the effects write, the manifest says none' },
  { plugin: 'newer-api', tool: 'future', says: 'needs plugin API 99; this program speaks 1' },
  { plugin: 'missing-module', tool: 'absent', says: 'has no module ./dist/absent.js' },
  { plugin: 'bad-manifest', tool: 'Bad Id', says: 'codex.contributes.tools.0.id' },
])('a plugin that is broken by "$plugin" is told and left out, the others work', async ({ plugin, tool, says }) => {
  const session = await withPlugins([plugin, 'everything'], [call('dice', { sides: 4 }), done])
  const { exitCode, events } = await session.run(['exec', '--json', 'roll'])
  expect(exitCode).toBe(0)
  const names = offered(sentBody(session.server, 0))
  expect(names).toContain('dice')
  expect(names).not.toContain(tool)
  expect(toolOutput(sentBody(session.server, 1))).toContain('rolled 4')
  expect(events).toContainEqual(
    expect.objectContaining({
      item: expect.objectContaining({ type: 'error', message: expect.stringContaining(says) }),
    }),
  )
})

test.each(['newer-api', 'missing-module', 'bad-manifest'])(
  'a plugin that is off as a whole is listed with the reason: %s',
  async (plugin) => {
    const session = await withPlugins([plugin])
    const { exitCode, stdout, stderr } = await session.run(['extensions', '--json'])
    expect(exitCode).toBe(0)
    expect(JSON.parse(stdout)).toContainEqual(
      expect.objectContaining({ point: 'plugins', plugin, status: 'disabled', reason: expect.stringMatching(/.+/) }),
    )
    expect(stderr).toContain(plugin)
  },
)

test('of two plugins with one id the first stays, and both are named', async () => {
  const session = await withPlugins(['everything', 'duplicate-id'], [call('dice', { sides: 4 }), done])
  const { exitCode, stdout } = await session.run(['exec', '--json', 'roll'])
  expect(exitCode).toBe(0)
  expect(toolOutput(sentBody(session.server, 1))).toContain('rolled 4')
  expect(stdout).toContain('duplicate-id and everything both contribute')
})

test('a point of a later version is told, and the rest of the plugin works', async () => {
  const session = await withPlugins(['later-points'], [call('early'), done])
  const { exitCode, stdout } = await session.run(['exec', '--json', 'go'])
  expect(exitCode).toBe(0)
  expect(toolOutput(sentBody(session.server, 1))).toContain('early ran')
  expect(stdout).toContain('\\"interfaces\\" is not supported by this version')
})

test('a router that does not load is told, and the one below answers', async () => {
  const session = await withPlugins(['broken-router'])
  const { exitCode, events, stdout } = await session.run(['perform a security review of the auth module', '--json'])
  expect(exitCode).toBe(0)
  expect(events).toContainEqual(
    expect.objectContaining({ item: expect.objectContaining({ type: 'activation', agent: 'security-analyst' }) }),
  )
  expect(stdout).toContain('lost its way')
})

test('a sandbox that does not load leaves the one that works', async () => {
  const session = await withPlugins(['broken-sandbox'], [{ calls: [{ shell: 'echo still here' }] }, done])
  expect((await session.run(['exec', 'go'])).exitCode).toBe(0)
  expect(toolOutput(sentBody(session.server, 1))).toContain('still here')
  expect((await session.run(['doctor'])).stdout).toContain('sandbox: bubblewrap')
})

test('a handler that does not load is told where it is asked for, and lists work', async () => {
  const session = await withPlugins(['broken-handler'])
  const asked = await session.run(['/oops'])
  expect(asked.exitCode).toBe(1)
  expect(asked.stderr).toContain('threw while it was imported: Error: oops')
  const listed = await session.run(['commands', 'list'])
  expect(listed.exitCode).toBe(0)
  expect(listed.stdout).toContain('/review')
  expect(listed.stderr).toContain('oops')
})

test('a handler whose metadata is wrong is told field by field, where it is asked for', async () => {
  const session = await withPlugins(['wrong-metadata'])
  const { exitCode, stderr } = await session.run(['/odd', 'red'])
  expect(exitCode).toBe(1)
  expect(stderr).toContain('wrong-metadata')
  expect(stderr).toContain('args.0.type')
})

test('a provider that fails in a way of its own is named with its plugin', async () => {
  const session = await withPlugins(['wrong-metadata'])
  const { exitCode, stderr } = await session.run(['exec', 'go', '-m', 'm', '-c', 'model_provider=stumbler'])
  expect(exitCode).toBe(1)
  expect(stderr).toContain('Provider "stumbler" of plugin wrong-metadata failed: Cannot read properties of undefined')
})

test('a plugin that the configuration turns off contributes nothing', async () => {
  const session = await withPlugins(['everything'])
  const argv = ['-c', 'plugins.everything.enabled=false']
  expect((await session.run([...argv, 'exec', 'hello'])).exitCode).toBe(0)
  expect(offered(sentBody(session.server, 0))).not.toContain('dice')
  const { stdout } = await session.run(['extensions', '--json', ...argv])
  const own = JSON.parse(stdout).filter(({ plugin }: { plugin: string }) => plugin === 'everything')
  expect(new Set(own.map(({ status }: { status: string }) => status))).toEqual(new Set(['disabled']))
})

test("a plugin's command of the program runs with the kernel, and stands in the help", async () => {
  const session = await withPlugins(['own-command'])
  expect(await session.run(['census', '--json'])).toMatchObject({
    exitCode: 0,
    stdout: expect.stringContaining('agents'),
  })
  expect((await session.run(['--help'])).stdout).toContain('Count the agents.')
})

test('commands of a plugin without a manifest of them are left out with a warning, never imported', async () => {
  const session = await withPlugins(['command-without-manifest'])
  const listed = await session.run(['commands', 'list'])
  expect(listed.exitCode).toBe(0)
  expect(listed.stderr).toContain('command-without-manifest has commands but no oclif.manifest.json')
  expect((await session.run(['census'])).exitCode).toBe(2)
})
