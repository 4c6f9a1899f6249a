import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { countingServer } from '../support/relay-bench.ts'
import { scriptedSession } from '../support/scripted-session.ts'

async function serve() {
  const server = await countingServer()
  onTestFinished(() => void server.close())
  return server
}

const rule = (decision: string, protocol = 'http') =>
  `\nnetwork_rule(host="localhost", protocol="${protocol}", decision="${decision}", justification="as it is")\n`

/** `codex sandbox` under `workspace-net` with these rules. */
async function open(where: { readonly user?: string; readonly repository?: string }) {
  const session = await scriptedSession([], {
    home: where.user === undefined ? {} : { 'rules/default.rules': where.user },
    files: where.repository === undefined ? {} : { '.codex/rules/own.rules': where.repository },
  })
  const sandbox = (profile: string, script: string, ...flags: readonly string[]) =>
    session.run(['sandbox', '--profile', profile, ...flags, '--', 'bash', '-c', script])
  return { session, sandbox }
}

test('a rule of the user opens a host that the profile would ask about, over its protocol alone', async () => {
  const { port, requests } = await serve()
  const { sandbox } = await open({ user: rule('allow') })
  const url = `http://localhost:${port}`
  const { stdout } = await sandbox('workspace-net', `curl -s ${url}/plain; curl -s -p ${url}/tunnel`)
  expect(stdout).toBe('GET /plain')
  expect(requests).toEqual([`GET /plain localhost:${port}`])
})

test.each(['workspace-write', 'offline'])('under %s it opens nothing, since the profile denies it', async (profile) => {
  const { port, connections } = await serve()
  const { sandbox } = await open({ user: rule('allow') })
  await sandbox(profile, `curl -s http://localhost:${port}/x`)
  expect(connections()).toBe(0)
})

test('a repository opens no host by a rule, trusted or not', async () => {
  const { port, connections } = await serve()
  const { session, sandbox } = await open({ repository: rule('allow') })
  const reach = `curl -s http://localhost:${port}/x`
  await sandbox('workspace-net', reach)
  await session.run(['trust', session.workspace.path])
  await sandbox('workspace-net', reach)
  expect(connections()).toBe(0)
})

test.each([
  ['user', 'forbidden'],
  ['repository', 'forbidden'],
  ['repository', 'prompt'],
] as const)(
  'a rule of the %s that says %s narrows what the command line allows, with its line',
  async (whose, decision) => {
    const { port, connections } = await serve()
    const { session, sandbox } = await open({ [whose]: rule(decision) })
    const allow = ['--allow-host', `localhost:${port}`]
    const { stderr } = await sandbox('workspace-net', `curl -s http://localhost:${port}/x`, ...allow)
    expect(connections()).toBe(0)
    expect(stderr).toMatch(/^denied: exec policy (?:forbids|asks before) GET localhost/m)
    const explained = await session.run([
      'profiles',
      'explain',
      '--json',
      '-p',
      'workspace-net',
      'network',
      `http://localhost:${port}/x`,
    ])
    const { verdict, layers } = JSON.parse(explained.stdout)
    const file = whose === 'user' ? join(session.home.codexHome, 'rules/default.rules') : '.codex/rules/own.rules'
    const said = {
      answer: decision === 'prompt' ? 'ask' : 'deny',
      layer: 'exec policy',
      line: 2,
      justification: 'as it is',
    }
    // Not named in the profile: the floor denies what the rule only asks about.
    const whole = decision === 'prompt' ? { answer: 'deny', layer: 'floor' } : said
    expect(verdict).toMatchObject({ ...whole, ...(whole === said && { file: expect.stringContaining(file) }) })
    expect(layers).toContainEqual(expect.objectContaining(said))
  },
)

test('where plain requests are forbidden, a tunnel carries nothing that could be read', async () => {
  const { port, requests } = await serve()
  const { sandbox } = await open({ user: rule('forbidden') })
  const allow = ['--allow-host', `localhost:${port}`]
  await sandbox('workspace-net', `curl -s -p http://localhost:${port}/x; curl -s http://localhost:${port}/x`, ...allow)
  expect(requests).toEqual([])
})

test('what a command would reach names the hosts that rules open and close', async () => {
  const { session } = await open({
    user: `${rule('allow')}network_rule(host="b.test", protocol="https", decision="deny")\n`,
  })
  const explain = (profile: string) => session.run(['sandbox', '--profile', profile, '--explain', '--', 'make'])
  const { stdout } = await explain('workspace-net')
  expect(stdout).toMatch(/by rules +localhost by http\n +but not +b\.test by https/)
  expect((await explain('offline')).stdout).not.toContain('by rules')
})

test('why a host was refused is told with the line of the rule', async () => {
  const { port } = await serve()
  const { session, sandbox } = await open({ user: rule('forbidden') })
  await sandbox('workspace-net', `curl -s --noproxy "" http://localhost:${port}/x`)
  const { stdout } = await session.run(['audit', 'why'])
  expect(stdout).toMatch(/network_rule localhost by http: forbidden/)
  expect(stdout).toMatch(/default\.rules:2/)
})
