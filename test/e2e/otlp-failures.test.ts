import { expect, test } from 'vitest'
import { startCollector } from '../support/collector.ts'
import { completedItems, type ExecCase, execCase } from '../support/exec-case.ts'

const quiet = 'Reading additional input from stdin...\n'
const done = [{ text: 'done' }] as const
const exporter = (endpoint: string, more = '') => `[otel.trace_exporter.otlp-http]\nendpoint = "${endpoint}"\n${more}`

/** A turn with this in the configuration: it has to end as it does without. */
async function turnWith(tables: string): Promise<{ readonly session: ExecCase; readonly warnings: readonly string[] }> {
  const session = await execCase(done, { tables })
  const result = await session.exec(['hi'])
  expect(result.exitCode).toBe(0)
  expect(completedItems(result, 'agent_message')).toMatchObject([{ text: 'done' }])
  expect(result.stderr.startsWith(quiet)).toBe(true)
  const notices = completedItems(result, 'notice').map(({ message }) => String(message))
  return { session, warnings: [...notices, ...result.stderr.slice(quiet.length).split('\n').filter(Boolean)] }
}

test('a collector that never answers is given up after the turn, and told of once', async () => {
  const collector = await startCollector(() => undefined)
  const { warnings } = await turnWith(exporter(collector.url))
  const host = new URL(collector.url).host
  expect(warnings).toEqual([`warning: Spans could not be sent to ${host}: it did not answer in time`])
  expect(collector.requests).toHaveLength(1)
})

test('a collector that fails is told of once', async () => {
  const collector = await startCollector((response) => response.writeHead(500).end('no'))
  const { warnings } = await turnWith(exporter(collector.url))
  expect(warnings).toEqual([expect.stringMatching(/^warning: Spans could not be sent to \S+: .*status 500$/)])
})

test('a collector that leads elsewhere is not followed', async () => {
  const other = await startCollector()
  const collector = await startCollector((response) =>
    response.writeHead(307, { location: `${other.url}/v1/traces` }).end(),
  )
  const { warnings } = await turnWith(exporter(collector.url))
  expect(warnings).toEqual([expect.stringContaining('status 307')])
  expect(other.requests).toEqual([])
})

test('a collector that answers something else than the protocol has taken the spans', async () => {
  const collector = await startCollector((response) => response.end(Buffer.alloc(200_000, 0xff)))
  expect((await turnWith(exporter(collector.url))).warnings).toEqual([])
})

test('spans that a collector does not take are told of', async () => {
  const answer = JSON.stringify({ partialSuccess: { rejectedSpans: '2', errorMessage: 'no' } })
  const collector = await startCollector((response) => response.end(answer))
  const { warnings } = await turnWith(exporter(collector.url, 'protocol = "json"\n'))
  expect(warnings).toEqual([expect.stringContaining('it did not take 2 of 2')])
})

test('a collector that is not there is told of once', async () => {
  const collector = await startCollector()
  await collector.close()
  const { warnings } = await turnWith(exporter(collector.url))
  expect(warnings).toEqual([
    expect.stringMatching(/^warning: Spans could not be sent to 127\.0\.0\.1:\d+: .*ECONNREFUSED/),
  ])
})

test.each([
  ['an endpoint that is no address', exporter('collector'), 'the endpoint of the exporter is no address of HTTP'],
  [
    'an endpoint of another protocol',
    exporter('ftp://127.0.0.1'),
    'the endpoint of the exporter is no address of HTTP',
  ],
  ['no endpoint', '[otel]\ntrace_exporter = "otlp-http"\n', 'the exporter has no endpoint'],
  [
    'an exporter over gRPC',
    '[otel.trace_exporter.otlp-grpc]\nendpoint = "http://127.0.0.1:1"\n',
    'spans are sent by otlp-http alone, not by otlp-grpc',
  ],
  [
    'a certificate that is not there',
    exporter('https://127.0.0.1:1', '[otel.trace_exporter.otlp-http.tls]\nca-certificate = "/nowhere/ca.pem"\n'),
    '/nowhere/ca.pem cannot be read',
  ],
])('%s is told of, and the turn goes on without', async (_, tables, expected) => {
  const { warnings } = await turnWith(tables)
  expect(warnings).toEqual([expect.stringContaining(expected)])
})

test('a repository cannot say where spans go, trusted or not', async () => {
  const collector = await startCollector()
  const files = { '.codex/config.toml': exporter(collector.url, 'headers = { x = "y" }\n') }
  for (const config of ['', 'trusted']) {
    const session = await execCase(done, { files, git: true })
    if (config === 'trusted') {
      expect((await session.run(['trust'])).exitCode).toBe(0)
    }
    expect((await session.exec(['hi'])).exitCode).toBe(0)
  }
  expect(collector.requests).toEqual([])
})
