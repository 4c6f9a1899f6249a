import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { startCollector } from '../support/collector.ts'
import type { ModelTurn } from '../support/model-server.ts'
import { scriptedSession } from '../support/scripted-session.ts'

const preload = fileURLToPath(new URL('../support/record-connections.cjs', import.meta.url))

/** All that Codex would send somewhere, switched on; and a collector that the variables name. */
const switchedOn = 'check_for_update_on_startup = true\n'
const tables = '[analytics]\nenabled = true\n[feedback]\nenabled = true\n'
const command: ModelTurn = { calls: [{ name: 'exec_command', arguments: { cmd: 'echo hello' } }] }

/** Runs a command line; gives its result, and whatever it and the Node programs that it starts have connected to. */
async function watched(argv: readonly string[], turns: readonly ModelTurn[] = []) {
  const collector = await startCollector()
  const session = await scriptedSession(turns, {
    config: switchedOn,
    tables,
    files: { 'a.js': 'eval(process.argv[2])\n', 'package.json': '{"dependencies":{"left-pad":"1.0.0"}}' },
  })
  const file = join(session.home.codexHome, 'connections')
  const env = {
    NODE_OPTIONS: `--require=${preload}`,
    CONNECTIONS_FILE: file,
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    OTEL_TRACES_EXPORTER: 'otlp',
  }
  const result = await session.run(argv, { env })
  const [first, ...noted] = (await readFile(file, 'utf8')).split('\n').filter(Boolean)
  expect(first).toBe('watching')
  expect(collector.requests).toEqual([])
  const connections = new Set(noted.filter((line) => line !== 'watching'))
  return { ...result, connections: [...connections], model: `tcp ${new URL(session.server.url).host}` }
}

test('a turn with a tool call connects to the model server and to nothing else', async () => {
  const { exitCode, connections, model } = await watched(
    ['exec', '--profile', 'trusted', 'hi'],
    [command, { text: 'ok' }],
  )
  expect(exitCode).toBe(0)
  expect(connections).toEqual([model])
})

test('what is watched is seen: a request of a tool is in the list', async () => {
  const fetching: ModelTurn = {
    calls: [
      {
        name: 'exec_command',
        arguments: { cmd: `${process.execPath} -e 'require("net").connect(9, "127.0.0.1").on("error", () => {})'` },
      },
    ],
  }
  const { connections, model } = await watched(
    ['exec', '--profile', 'trusted', '-c', 'shell_environment_policy.inherit="all"', 'hi'],
    [fetching, { text: 'ok' }],
  )
  expect(connections.toSorted()).toEqual([model, 'tcp 127.0.0.1:9'].toSorted())
})

test.each([
  ['a scan', ['scan']],
  ['a list of plugins', ['plugins', 'list']],
  ['a look at the installation', ['doctor']],
  ['its state', ['status']],
  ['the version', ['--version']],
  ['a list of threads', ['threads', 'list']],
  ['what was used', ['stats']],
  ['the configuration', ['config', 'list']],
  ['whether somebody is logged in', ['login', 'status']],
  ['a playbook', ['agent', 'security-analyst', 'audit this', '--playbook']],
])('%s connects to nothing', async (_, argv) => {
  const { connections, stderr, exitCode } = await watched(argv)
  expect({ connections, crashed: /internal|Error:/.test(stderr), exitCode }).toEqual({
    connections: [],
    crashed: false,
    exitCode: expect.any(Number),
  })
})
