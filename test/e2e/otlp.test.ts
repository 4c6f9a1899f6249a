import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { type Collector, startCollector } from '../support/collector.ts'
import { execCase } from '../support/exec-case.ts'
import { installedPlugins } from '../support/installed-plugins.ts'
import type { ModelTurn } from '../support/model-server.ts'
import { scriptedSession } from '../support/scripted-session.ts'
import { testCertificate, tlsFront } from '../support/tls-front.ts'

const traceId = '0af7651916cd43dd8448eb211c80319c'
const given = { TRACEPARENT: `00-${traceId}-b7ad6b7169203331-01` }
const answers = [{ text: 'done', usage: { input: 11, cached: 4, output: 5 } }] as const
const command = (cmd: string): ModelTurn => ({ calls: [{ name: 'exec_command', arguments: { cmd } }] })

/** What every run of a test says on stderr, whose input is a pipe. */
const quiet = 'Reading additional input from stdin...\n'
const toml = (endpoint: string, more = '') =>
  `[otel]\nenvironment = "staging"\n[otel.trace_exporter.otlp-http]\nendpoint = "${endpoint}"\n${more}`
const inJson = 'protocol = "json"\n'

/** The spans by name, with those that they belong under by name. */
const tree = (collector: Collector) => {
  const spans = collector.spans()
  return Object.fromEntries(
    spans.map(({ name, parentSpanId }) => [
      name,
      spans.find(({ spanId }) => spanId === parentSpanId)?.name ?? parentSpanId,
    ]),
  )
}

test('the spans of a turn reach the collector, named after the conventions for generative AI', async () => {
  const collector = await startCollector()
  const session = await execCase([command('exit 3'), ...answers], { tables: toml(collector.url, inJson) })
  const result = await session.exec(['--profile', 'trusted', 'hi'], { env: given })
  expect({ code: result.exitCode, stderr: result.stderr }).toEqual({ code: 0, stderr: quiet })
  expect(collector.requests.map(({ path }) => path)).toEqual(['/v1/traces'])
  const spans = collector.spans()
  const [first, call, second, turn] = spans
  expect(spans).toHaveLength(4)
  expect(spans.every((span) => span.traceId === traceId)).toBe(true)
  expect(turn).toMatchObject({
    parentSpanId: 'b7ad6b7169203331',
    resource: { 'service.name': 'codex_exec', env: 'staging' },
    attributes: {
      'gen_ai.operation.name': 'invoke_agent',
      'gen_ai.conversation.id': result.events[0]?.thread_id,
      'gen_ai.usage.output_tokens': 5,
    },
  })
  expect([first?.parentSpanId, call?.parentSpanId, second?.parentSpanId]).toEqual(Array(3).fill(turn?.spanId))
  expect(second).toMatchObject({
    kind: 3,
    status: { code: 0 },
    attributes: {
      'gen_ai.operation.name': 'chat',
      'gen_ai.usage.input_tokens': 11,
      'gen_ai.usage.cache_read.input_tokens': 4,
    },
  })
  expect(second?.name).toBe(`chat ${second?.attributes['gen_ai.request.model']}`)
  expect(call).toMatchObject({
    name: 'execute_tool exec_command',
    attributes: { 'gen_ai.tool.name': 'exec_command', 'gen_ai.tool.type': 'function' },
  })
  expect(spans.every((span) => BigInt(span.endTimeUnixNano) >= BigInt(span.startTimeUnixNano))).toBe(true)
  const sent = JSON.stringify(spans)
  for (const text of ['exit 3', 'done', '"hi"']) expect(sent).not.toContain(text)
})

test('the prompt goes with the span only where the configuration says so', async () => {
  const collector = await startCollector()
  const config = toml(collector.url, inJson).replace('[otel]', '[otel]\nlog_user_prompt = true')
  const session = await execCase(answers, { tables: config })
  await session.exec(['what is up'])
  const turn = collector.spans().at(-1)
  expect(turn?.attributes['gen_ai.input.messages']).toContain('what is up')
})

test('an agent that another hands on to is in the same trace, under the call', async () => {
  const collector = await startCollector()
  const helper = '[agent]\nid = "helper"\nname = "helper"\ndescription = "d"\n[prompt]\nsystem = "Work."\n'
  const handOn = { calls: [{ name: 'hand_on', arguments: { agent: 'helper', prompt: 'look' } }] }
  const session = await scriptedSession([handOn, { text: 'found it' }, { text: 'Done.' }], {
    home: { ...installedPlugins('hands-on'), 'agents/helper.toml': helper },
    tables: toml(collector.url, inJson),
  })
  await session.run(['exec', 'go'])
  expect(tree(collector)).toMatchObject({
    'invoke_agent helper': 'execute_tool hand_on',
    'execute_tool hand_on': 'invoke_agent default',
  })
})

test('a turn that fails is a span with an error, and so is the request', async () => {
  const collector = await startCollector()
  const failing = { failure: { kind: 'status', status: 400, body: 'no' } } as const
  const session = await execCase([failing], { tables: toml(collector.url, inJson) })
  expect((await session.exec(['hi'])).exitCode).toBe(1)
  expect(collector.spans().map(({ status, attributes }) => [status.code, attributes['error.type']])).toEqual([
    [2, expect.stringMatching(/^provider\./)],
    [2, expect.stringMatching(/^provider\./)],
  ])
})

test('a trace that its beginner does not record is not sent', async () => {
  const collector = await startCollector()
  const session = await execCase(answers, { tables: toml(collector.url, inJson) })
  await session.exec(['hi'], { env: { TRACEPARENT: given.TRACEPARENT.replace(/01$/, '00') } })
  expect(collector.requests).toEqual([])
})

test('the binary form is the default, with the headers of the configuration', async () => {
  const collector = await startCollector((response) => response.end())
  const session = await execCase(answers, {
    tables: toml(`${collector.url}/own/path`, '[otel.trace_exporter.otlp-http.headers]\nx-key = "hush-hush-hush"\n'),
  })
  const result = await session.exec(['hi'])
  expect(result.stderr).toBe(quiet)
  const [request] = collector.requests
  expect(request?.path).toBe('/own/path')
  expect(request?.headers).toMatchObject({ 'content-type': 'application/x-protobuf', 'x-key': 'hush-hush-hush' })
  expect(request?.body.includes('invoke_agent default')).toBe(true)
  const shown = await session.run(['config', 'list', '--json'])
  expect(shown.stdout).not.toContain('hush-hush-hush')
  expect(await session.audit()).toContain('observer otlp')
  expect(await session.audit()).not.toContain('hush-hush-hush')
})

test('a certificate of the configuration is believed, and no other', async () => {
  const collector = await startCollector()
  const front = await tlsFront(collector.url)
  onTestFinished(() => front.close())
  for (const trusted of [true, false]) {
    const session = await execCase(answers)
    const issuer = join(session.home.codexHome, 'issuer.pem')
    const tls = trusted ? `[otel.trace_exporter.otlp-http.tls]\nca-certificate = "${issuer}"\n` : ''
    const config = await readFile(join(session.home.codexHome, 'config.toml'), 'utf8')
    const { origin } = new URL(front.url)
    await session.home.write({
      'config.toml': `${config}\n${toml(origin, inJson)}${tls}`,
      'issuer.pem': testCertificate,
    })
    const result = await session.exec(['hi'])
    expect([result.exitCode, result.stderr.includes('self-signed certificate')]).toEqual([0, !trusted])
  }
  expect(collector.requests).toHaveLength(1)
})

test('the address of logs stands for both', async () => {
  const collector = await startCollector()
  const config = toml(`${collector.url}/v1/logs`, inJson).replace('trace_exporter', 'exporter')
  const session = await execCase(answers, { tables: config })
  await session.exec(['hi'])
  expect(collector.requests.map(({ path }) => path)).toEqual(['/v1/traces'])
})

test('the variables of OpenTelemetry count where the exporter is switched on without an endpoint', async () => {
  const collector = await startCollector()
  const session = await execCase(answers, { tables: '[otel]\ntrace_exporter = "otlp-http"\n' })
  const env = {
    OTEL_EXPORTER_OTLP_ENDPOINT: `${collector.url}/base/`,
    OTEL_EXPORTER_OTLP_HEADERS: 'x-key=a%20b,other=1',
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
    OTEL_SERVICE_NAME: 'mine',
    OTEL_RESOURCE_ATTRIBUTES: 'team=red',
  }
  await session.exec(['hi'], { env })
  const [request] = collector.requests
  expect(request?.path).toBe('/base/v1/traces')
  expect(request?.headers).toMatchObject({ 'x-key': 'a b', other: '1' })
  expect(collector.spans()[0]?.resource).toMatchObject({ 'service.name': 'mine', team: 'red' })
})

test('headers of the environment do not go to an endpoint of the configuration', async () => {
  const collector = await startCollector()
  const session = await execCase(answers, { tables: toml(collector.url, inJson) })
  await session.exec(['hi'], { env: { OTEL_EXPORTER_OTLP_HEADERS: 'x-key=hush' } })
  expect(collector.requests).toHaveLength(1)
  expect(collector.requests[0]?.headers['x-key']).toBeUndefined()
})

test.each([
  ['variables alone', '', {}],
  ['an exporter that is none', '[otel]\nexporter = "none"\n', {}],
  ['a switch in the environment', '[otel]\nexporter = "otlp-http"\n', { OTEL_SDK_DISABLED: 'true' }],
])('nothing is sent with %s', async (_, config, more) => {
  const collector = await startCollector()
  const session = await execCase(answers, { tables: config })
  const result = await session.exec(['hi'], { env: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, ...more } })
  expect({ code: result.exitCode, stderr: result.stderr }).toEqual({ code: 0, stderr: quiet })
  expect(collector.requests).toEqual([])
})
