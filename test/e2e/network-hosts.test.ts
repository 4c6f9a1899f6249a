import { createSocket } from 'node:dgram'
import { writeFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { countingServer } from '../support/relay-bench.ts'
import { scriptedSession } from '../support/scripted-session.ts'

// What counts is the server: who connected to it, and what it was asked.

async function serve(...args: Parameters<typeof countingServer>) {
  const server = await countingServer(...args)
  onTestFinished(() => void server.close())
  return server
}

/** `codex sandbox` under a profile, with hosts allowed by the command line. */
async function open(profile: string, files: Readonly<Record<string, string>> = {}) {
  const session = await scriptedSession([], { home: files })
  return {
    session,
    run: (script: string, ...hosts: readonly string[]) => {
      const allowed = hosts.flatMap((host) => ['--allow-host', host])
      return session.run(['sandbox', '--profile', profile, ...allowed, '--', 'bash', '-c', script])
    },
  }
}
const node = (script: string) => `'${process.execPath}' -e '${script}'`

test.each([
  ['a request', 'curl -s http://localhost:@/x'],
  ['a tunnel', 'curl -s -p http://localhost:@/x'],
  ['SOCKS', `curl -s --socks5-hostname "\${ALL_PROXY#http://}" http://localhost:@/x`],
  ['Node', node('fetch("http://localhost:@/x").then((r) => r.text()).then(console.log)')],
  ['git', 'git ls-remote http://localhost:@/x.git'],
])('by %s a command reaches the host that is allowed, and no other', async (_, command) => {
  const allowed = await serve()
  const other = await serve()
  const { run } = await open('workspace-net')
  await run(command.replaceAll('@', `${allowed.port}`), `localhost:${allowed.port}`)
  expect(allowed.requests.join()).toMatch(/^GET \/x/)
  const refused = await run(command.replaceAll('@', `${other.port}`), `localhost:${allowed.port}`)
  expect(other.connections()).toBe(0)
  expect(refused.stderr).toMatch(/^denied: localhost is no address of the public internet/m)
})

test('without the relay a command reaches nothing: no port of the machine, no name server, no packet', async () => {
  const { port, connections } = await serve()
  const packets: Buffer[] = []
  const names = createSocket('udp4').on('message', (packet) => packets.push(packet))
  await new Promise<void>((resolve) => names.bind(0, '127.0.0.1', resolve))
  onTestFinished(() => void names.close())
  const udp = (names.address() as AddressInfo).port // it is bound to an address
  const { run } = await open('workspace-net')
  const raw = await run(
    [
      `exec 3<>/dev/tcp/127.0.0.1/${port} && echo tcp`,
      `exec 3<>/dev/tcp/localhost/${port} && echo name`,
      `curl -s --noproxy "*" http://localhost:${port}/ && echo curl`,
      `echo x > /dev/udp/127.0.0.1/${udp}`,
      'getent hosts example.com && echo resolved',
      'ls /sys/class/net',
      'exit 7',
    ].join('; '),
    `localhost:${port}`,
  )
  expect(raw.exitCode).toBe(7)
  expect(raw.stdout).not.toMatch(/^(?:tcp|name|curl|resolved)$/m)
  expect(connections()).toBe(0)
  expect(packets).toEqual([])
})

test('a command’s own servers answer it on the loopback, as in a network of its own', async () => {
  const { run } = await open('workspace-net')
  const server =
    'require("http").createServer((q, r) => r.end("own")).listen(0, "127.0.0.1", function () { ask(this.address().port) })'
  const ask =
    'function ask(port) { fetch("http://127.0.0.1:" + port).then((r) => r.text()).then((t) => { console.log(t); process.exit() }) }'
  expect((await run(node(`${ask}; ${server}`))).stdout).toBe('own\n')
})

test('a profile file names the hosts, and net-read-only lets them be read alone', async () => {
  const { port, requests } = await serve()
  const profile = `id = "one-host"\nextends = "net-read-only"\ntemp = "private"\napproval_policy = "on-request"\n[network]\nallow = ["localhost:${port}"]\n`
  const named = await open('one-host', { 'profiles/one-host.toml': profile })
  // It narrows net-read-only, which allows none.
  await named.run(`curl -s http://localhost:${port}/narrowed`)
  const alone = profile
    .replace('extends = "net-read-only"\n', '')
    .replace('allow = [', 'methods = "read-only"\nallow = [')
  const own = await open('one-host', {
    'profiles/one-host.toml': `${alone}[read]\nallow = ["/**"]\n[exec]\nallow = ["*"]\n`,
  })
  const read = await own.run(`curl -s http://localhost:${port}/read; curl -s -d x=1 http://localhost:${port}/written`)
  expect(read.stdout).toMatch(/^GET \/readcodex: Not permitted: profile one-host denies POST localhost/)
  expect(requests).toEqual([`GET /read localhost:${port}`])
})

test('network_access of Codex is the public internet: commands are not asked about it, and reach nothing of this machine', async () => {
  const { port, connections } = await serve()
  const { session } = await open('offline', {
    'config.toml': 'sandbox_mode = "workspace-write"\n[sandbox_workspace_write]\nnetwork_access = true\n',
  })
  const script = `for host in localhost 127.0.0.1 0x7f000001 '[::1]' '[::ffff:127.0.0.1]'; do curl -s --noproxy "" http://$host:${port}/; done`
  const { stdout } = await session.run(['sandbox', '--', 'bash', '-c', script])
  expect(stdout.match(/no address of the public internet, which is all that \* means/g)).toHaveLength(5)
  expect(connections()).toBe(0)
})

test('where no host can be allowed or asked for, there is no relay', async () => {
  const { run } = await open('workspace-write')
  const { stdout } = await run('env | grep -ic _proxy; echo $CODEX_SANDBOX_NETWORK_DISABLED')
  expect(stdout).toBe('0\n1\n')
})

test('a host on the command line is added for this run, under offline too, and a wrong one is said', async () => {
  const { port, requests } = await serve()
  const { run, session } = await open('offline')
  await run(`curl -s http://localhost:${port}/once`, `localhost:${port}`)
  expect(requests).toEqual([`GET /once localhost:${port}`])
  const wrong = await session.run(['sandbox', '--allow-host', 'localhost', '--', 'true'])
  expect({ exitCode: wrong.exitCode, stderr: wrong.stderr }).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('--allow-host localhost is no host with a port'),
  })
})

test('credentials that pass the relay stand in no log', async () => {
  const { port, requests } = await serve()
  const { run, session } = await open('workspace-net')
  const secret = `planted${Math.random().toString(36).slice(2)}`
  const headers = `-H "Authorization: Bearer ${secret}-a" -H "Proxy-Authorization: Basic ${secret}-b" -H "Cookie: ${secret}-c"`
  // From a file, so that the command's own text does not hold it.
  await writeFile(
    join(session.workspace.path, 'send.sh'),
    `curl -s ${headers} 'http://localhost:${port}/?token=${secret}-d' -o /dev/null\n`,
  )
  const result = await run('. ./send.sh', `localhost:${port}`)
  expect(requests).toHaveLength(1)
  expect(result.exitCode).toBe(0)
  const { stdout } = await session.run(['audit', 'export'])
  expect(stdout).toContain('localhost')
  expect(stdout).not.toContain(secret)
})
