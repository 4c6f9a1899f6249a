import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { sandbox } from '../../plugins/sandbox-macos/src/sandbox.ts'
import { createCommandSupplies } from '../../src/sandbox/command-supplies.ts'
import { startCommand } from '../../src/sandbox/start-command.ts'
import { until } from '../support/processes-of.ts'
import { openSeatbeltLab } from '../support/seatbelt-lab.ts'

const signal = new AbortController().signal

/** A server of this machine that keeps what it is asked for. */
async function startServer(): Promise<{ port: number; asked: readonly string[] }> {
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(request.url ?? '')
    response.end('answer\n')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return { port: (server.address() as AddressInfo).port, asked } // it listens on TCP
}

test('without a network no server of this machine is asked; with the whole network it is', async () => {
  const { run } = openSeatbeltLab()
  const { port, asked } = await startServer()
  const ask = `curl -s -m 5 http://127.0.0.1:${port}/x; curl -s -m 5 'http://[::1]:${port}/x'; echo | nc -w 2 127.0.0.1 ${port}`
  await run(`${ask}; exec 3<>/dev/tcp/127.0.0.1/${port} && echo x >&3`)
  expect(asked).toEqual([])
  expect((await run(ask, { network: 'host' })).output).toContain('answer')
})

test('with a relay its port alone is reached', async () => {
  const { run } = openSeatbeltLab()
  const { port, asked } = await startServer()
  const opened = await sandbox.openNetwork?.((connection) => {
    connection.write(Buffer.from('from the relay'))
    connection.destroy()
  }, signal)
  if (opened === undefined) throw new Error('the backend opens networks')
  onTestFinished(() => opened.close())
  const { relayPort } = opened.network
  const { output } = await run(`nc -w 2 127.0.0.1 ${relayPort} < /dev/null; curl -s -m 5 http://127.0.0.1:${port}/`, {
    network: opened.network,
  })
  expect(output).toContain('from the relay')
  expect(asked).toEqual([])
})

test('sockets by path work in a private temp directory, and others are not reached', async () => {
  const { run, outside } = openSeatbeltLab()
  const server = createServer((_, response) => void response.end('from outside'))
  const socket = join(outside, 's')
  await new Promise<void>((resolve) => server.listen(socket, resolve))
  onTestFinished(() => void server.close())
  const own = `const s = require('http').createServer((_, r) => r.end('own')).listen(process.env.TMPDIR + '/s', async () => {
    require('http').get({ socketPath: process.env.TMPDIR + '/s' }, (r) => r.on('data', (d) => { console.log(String(d)); s.close() })) })`
  const { output } = await run(`node -e "${own}"; curl -s -m 5 --unix-socket ${socket} http://x/`)
  expect(output).toContain('own')
  expect(output).not.toContain('from outside')
})

test.each([
  ['AppleScript', `osascript -e 'do shell script "touch @OUT@/made"'`],
  [
    'open',
    'printf "#!/bin/sh\\ntouch @OUT@/made\\n" > run.command; chmod +x run.command; open ./run.command; open -a TextEdit; sleep 2',
  ],
  [
    'launchd',
    'launchctl submit -l codex.test.@PID@ -- /usr/bin/touch @OUT@/made; sleep 2; launchctl remove codex.test.@PID@',
  ],
  ['at', 'echo "touch @OUT@/made" | at now; sleep 2'],
])('%s starts nothing outside of the sandbox', async (_, command) => {
  const { run, outside } = openSeatbeltLab()
  await run(command.replaceAll('@OUT@', outside).replaceAll('@PID@', String(process.pid)))
  expect(existsSync(join(outside, 'made'))).toBe(false)
})

test('the pasteboard, the keychain and the preferences are left alone', async () => {
  const { run } = openSeatbeltLab()
  execFileSync('pbcopy', { input: 'before' })
  await run(
    'echo after | pbcopy; defaults write codex.test a b; security add-generic-password -a t -s codex-test -w x; true',
  )
  expect(execFileSync('pbpaste', { encoding: 'utf8' })).toBe('before')
  expect(() => execFileSync('defaults', ['read', 'codex.test'], { stdio: 'ignore' })).toThrow()
  expect(() => execFileSync('security', ['find-generic-password', '-s', 'codex-test'], { stdio: 'ignore' })).toThrow()
})

test('processes outside are neither signalled nor shown', async () => {
  const { run } = openSeatbeltLab()
  const { output } = await run(
    `kill -0 ${process.pid} && echo reached; ps -p ${process.pid} && echo shown; sudo -n true && echo root`,
  )
  expect(output).not.toMatch(/reached|shown|root$/m)
})

test('what left the session and whose parent is gone ends with the command', async () => {
  const lab = openSeatbeltLab()
  const beat = join(lab.workspace, 'beat')
  const supplies = createCommandSupplies()
  onTestFinished(() => supplies.close())
  const leave = `node -e "require('child_process').spawn(process.execPath, ['-e', 'setInterval(() => fs.appendFileSync(process.argv[1], String.fromCharCode(120)), 20)', '${beat}'], { detached: true, stdio: 'ignore' }).unref()"`
  const command = await startCommand(
    {
      argv: ['/bin/bash', '-c', `${leave}; until [ -s beat ]; do sleep 0.05; done`],
      ...{ cwd: lab.workspace, env: { PATH: process.env.PATH ?? '' }, timeoutMs: 30_000, maxOutputBytes: 10_000 },
    },
    {
      backend: sandbox,
      policy: {
        ...{ cwd: lab.workspace, readable: 'all', denyRead: [], writable: [lab.workspace], readOnly: [] },
        ...{ temp: 'private', network: 'none', limits: {} },
      },
    },
    supplies,
    signal,
  )
  while ((await command.next()) !== undefined);
  expect((await command.exit()).exitCode).toBe(0)
  await command.close()
  rmSync(beat)
  const start = Date.now()
  await until(() => Date.now() - start > 500)
  expect(existsSync(beat) ? readFileSync(beat, 'utf8') : '').toBe('')
})
