import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { modelServerConfig } from '../support/codex-home.ts'
import { execCase } from '../support/exec-case.ts'
import { startProxy } from '../support/proxy-server.ts'
import { testCertificate, tlsFront } from '../support/tls-front.ts'

/** A model that is reached by TLS alone, and the file of its certificate. */
async function secureCase() {
  const session = await execCase([{ text: 'hello' }])
  const front = await tlsFront(session.server.url)
  onTestFinished(() => front.close())
  await session.home.write({ 'config.toml': modelServerConfig(front.url), 'issuer.pem': testCertificate })
  return { ...session, front, trusting: { NODE_EXTRA_CA_CERTS: join(session.home.codexHome, 'issuer.pem') } }
}

async function proxy(credentials?: string) {
  const started = await startProxy(credentials === undefined ? {} : { credentials })
  onTestFinished(() => started.close())
  return started
}

test('a certificate that signs itself is refused, with the variable that would trust it; then nothing is sent', async () => {
  const { exec, server, trusting } = await secureCase()
  const { exitCode, events } = await exec(['hi'])
  expect(exitCode).toBe(1)
  expect(events.at(-1)?.error).toMatchObject({
    code: 'provider.unreachable',
    message: expect.stringContaining('self-signed certificate'),
    hint: expect.stringContaining('NODE_EXTRA_CA_CERTS'),
  })
  expect(server.requests).toHaveLength(0)
  expect(await exec(['hi'], { env: trusting })).toMatchObject({ exitCode: 0 })
})

test('HTTPS_PROXY is used with its name and password, and NO_PROXY leaves it out', async () => {
  const { exec, front, trusting } = await secureCase()
  const through = await proxy('ann:se cret')
  const env = { ...trusting, HTTPS_PROXY: `http://ann:se%20cret@${through.host}` }
  expect(await exec(['hi'], { env })).toMatchObject({ exitCode: 0 })
  expect(through.requests).toEqual([{ line: `CONNECT ${new URL(front.url).host}`, credentials: 'ann:se cret' }])
})

test('NO_PROXY leaves the proxy out', async () => {
  const { exec, server } = await execCase([{ text: 'hello' }])
  const env = { HTTP_PROXY: 'http://127.0.0.1:9', NO_PROXY: '127.0.0.1' }
  expect(await exec(['hi'], { env })).toMatchObject({ exitCode: 0 })
  expect(server.requests).toHaveLength(1)
})

test('HTTP_PROXY is used for a server without TLS', async () => {
  const { exec, server } = await execCase([{ text: 'hello' }])
  const through = await proxy()
  expect(await exec(['hi'], { env: { HTTP_PROXY: `http://${through.host}` } })).toMatchObject({ exitCode: 0 })
  expect(through.requests).toMatchObject([{ line: `POST ${server.url}/responses` }])
})

test('a proxy without a scheme is one of HTTP', async () => {
  const { exec } = await execCase([{ text: 'hello' }])
  const through = await proxy()
  expect(await exec(['hi'], { env: { HTTP_PROXY: through.host } })).toMatchObject({ exitCode: 0 })
  expect(through.requests).toHaveLength(1)
})

test('nothing is sent past a proxy that cannot be used, and the error names its variable', async () => {
  const { exec, server } = await execCase([{ text: 'never' }])
  const { exitCode, stdout, stderr, events } = await exec(['hi'], {
    env: { HTTP_PROXY: 'socks5://ann:pass-of-mine@127.0.0.1:9' },
  })
  expect(exitCode).toBe(1)
  expect(events.at(-1)?.error).toMatchObject({
    code: 'config.invalid',
    message: expect.stringContaining('HTTP_PROXY'),
    hint: expect.stringContaining('http://HOST:PORT'),
  })
  expect(server.requests).toHaveLength(0)
  expect(stdout + stderr).not.toContain('pass-of-mine')
})

test('a proxy that wants a password says so, and the password that was wrong is not shown', async () => {
  const { exec, server, trusting } = await secureCase()
  const through = await proxy('ann:right-password')
  const env = { ...trusting, HTTPS_PROXY: `http://ann:wrong-password@${through.host}` }
  const secure = await exec(['hi'], { env })
  expect(secure.events.at(-1)?.error).toMatchObject({
    code: 'provider.unreachable',
    message: expect.stringContaining('407'),
    hint: expect.stringContaining('HTTPS_PROXY'),
  })
  expect(secure.stdout + secure.stderr).not.toContain('wrong-password')
  expect(server.requests).toHaveLength(0)
  const plain = await execCase([{ text: 'never' }])
  const { events } = await plain.exec(['hi'], { env: { HTTP_PROXY: `http://${through.host}` } })
  expect(events.at(-1)?.error).toMatchObject({
    code: 'provider.unreachable',
    hint: expect.stringContaining('PASSWORD'),
  })
})

test('a host that there is not is told with what to check', async () => {
  const { exec, home } = await execCase([])
  await home.write({ 'config.toml': modelServerConfig('http://no-such-host.invalid/v1') })
  const { exitCode, events } = await exec(['hi'])
  expect(exitCode).toBe(1)
  expect(events.at(-1)?.error).toMatchObject({
    code: 'provider.unreachable',
    message: expect.stringMatching(/no-such-host\.invalid.*(?:ENOTFOUND|EAI_AGAIN)/),
    hint: expect.stringContaining('name of the host is not known'),
  })
})
