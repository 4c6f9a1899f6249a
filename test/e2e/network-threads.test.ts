import { existsSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { completedItems, execCase, jsonLines, toolOutputs } from '../support/exec-case.ts'
import { countingServer } from '../support/relay-bench.ts'
import { sentBody } from '../support/scripted-session.ts'

async function serve() {
  const server = await countingServer()
  onTestFinished(() => void server.close())
  return server
}

/** A home with a profile `hosts`, which allows this one. */
const home = (port: number) => ({
  'profiles/hosts.toml': `id = "hosts"
temp = "host"
approval_policy = "never"
[read]
allow = ["/**"]
[write]
allow = [":workspace", ":tmp"]
[exec]
allow = ["*"]
[network]
allow = ["localhost:${port}"]
`,
})
const argv = ['--profile', 'hosts', 'go']

/** How many processes run in a network namespace. */
function processesIn(network: string): number {
  return readdirSync('/proc').filter((name) => {
    try {
      return /^\d+$/.test(name) && readlinkSync(`/proc/${name}/ns/net`) === network
    } catch {
      return false // ended meanwhile
    }
  }).length
}

/** Resolves when the condition holds; the test's own time limit is the only one. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve))
}

const look = { shell: 'readlink /proc/self/ns/net' }
const networkIn = (text = '') => /net:\[\d+\]/.exec(text)?.[0]

test('commands of one thread share a network, of another one have another, and none has the machine’s', async () => {
  const { port } = await serve()
  // The first waits for the second: a network that has ended may give its number to the next.
  const { exec, startExec, server, workspace } = await execCase(
    [
      { calls: [{ shell: `${look.shell}; : > begun; until [ -e ended ]; do sleep 0.05; done` }] },
      { calls: [look] },
      { text: 'done' },
      { calls: [look] },
      { text: 'done' },
    ],
    { home: home(port) },
  )
  const running = await startExec(argv)
  await until(() => existsSync(join(workspace.path, 'begun')))
  await exec(argv)
  writeFileSync(join(workspace.path, 'ended'), '')
  await running.done
  const other = networkIn(toolOutputs(sentBody(server, 2)).call_2_0)
  const first = networkIn(toolOutputs(sentBody(server, 3)).call_1_0)
  expect(first).toMatch(/^net:/)
  expect(networkIn(toolOutputs(sentBody(server, 4)).call_4_0)).toBe(first)
  expect(new Set([first, other, readlinkSync('/proc/self/ns/net')]).size).toBe(3)
})

test('a command reaches the host that is allowed; another one is a denial for people, and a refusal in the log', async () => {
  const allowed = await serve()
  const other = await serve()
  const ask = ({ port }: { readonly port: number }) => `curl -s http://localhost:${port}/x`
  const { exec, server, audit } = await execCase(
    [{ calls: [{ shell: `${ask(allowed)}; ${ask(other)}` }] }, { text: 'done' }],
    { home: home(allowed.port) },
  )
  const result = await exec(argv)
  expect(allowed.requests).toEqual([`GET /x localhost:${allowed.port}`])
  expect(other.connections()).toBe(0)
  const action = { kind: 'network', method: 'GET', host: 'localhost', port: other.port, protocol: 'http' }
  expect(completedItems(result, 'denial')).toMatchObject([{ action, layer: 'profile hosts' }])
  expect(toolOutputs(sentBody(server, 1)).call_1_0).toMatch(/GET \/xcodex: Not permitted: profile hosts denies GET/)
  const decisions = jsonLines(await audit()).filter(({ type }) => type === 'decision')
  expect(decisions.filter(({ outcome }) => outcome === 'deny')).toMatchObject([{ action }])
  expect(decisions).toContainEqual(
    expect.objectContaining({ outcome: 'allow', action: { ...action, port: allowed.port } }),
  )
})

test('the network ends with the program, also by kill -9', async () => {
  const { port } = await serve()
  const { startExec, workspace } = await execCase(
    [{ calls: [{ shell: 'readlink /proc/self/ns/net > seen; exec sleep 600' }] }],
    { home: home(port) },
  )
  const running = await startExec(argv)
  const seen = () => {
    try {
      return networkIn(readFileSync(join(workspace.path, 'seen'), 'utf8'))
    } catch {
      return undefined // not there yet
    }
  }
  await until(() => seen() !== undefined)
  const network = seen() ?? ''
  expect(processesIn(network)).toBeGreaterThan(0)
  running.kill('SIGKILL')
  await running.done
  await until(() => processesIn(network) === 0)
  expect(processesIn(network)).toBe(0)
})
