import { globSync } from 'node:fs'
import { access, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { execCase, inputOf, userTexts } from '../support/exec-case.ts'
import { lastUserText, sentBody } from '../support/scripted-session.ts'
import { checkedEvents, sdkSession } from '../support/sdk-session.ts'

const usage = { input: 10, output: 5 }

test('run gives the items, the last message and the usage', async () => {
  const { codex, server } = await sdkSession([
    { text: 'Looking.', reasoning: '**Hm**', calls: [{ shell: 'echo seen' }], usage },
    { text: 'The answer.', usage },
  ])
  const thread = codex().startThread({ skipGitRepoCheck: true })
  expect(thread.id).toBeNull()
  const turn = await thread.run('the question')
  expect(thread.id).toMatch(/^[0-9a-f-]{36}$/)
  expect(turn.finalResponse).toBe('The answer.')
  expect(turn.usage).toMatchObject({ input_tokens: 20, output_tokens: 10, cache_write_input_tokens: 0 })
  expect(turn.items.map(({ type }) => type)).toEqual([
    'reasoning',
    'agent_message',
    'command_execution',
    'agent_message',
  ])
  expect(turn.items[2]).toMatchObject({ aggregated_output: 'seen\n', exit_code: 0, status: 'completed' })
  expect(lastUserText(sentBody(server, 0))).toBe('the question')
})

test('runStreamed hands out every event as it happens, and each fits the published schema', async () => {
  const { codex } = await sdkSession([{ calls: [{ shell: 'true' }] }, { text: 'done', usage }])
  const { events } = await codex().startThread({ skipGitRepoCheck: true }).runStreamed('go')
  expect((await checkedEvents(events)).map(({ type }) => type)).toEqual([
    'thread.started',
    'turn.started',
    'item.started',
    'item.completed',
    'item.completed',
    'turn.completed',
  ])
})

test('a thread has several turns, and is the same one when another process resumes it', async () => {
  const { codex, server } = await sdkSession([
    { text: 'one', usage },
    { text: 'two', usage },
    { text: 'three', usage },
  ])
  const thread = codex().startThread({ skipGitRepoCheck: true })
  await thread.run('first')
  const id = thread.id ?? ''
  const second = await thread.run('second')
  expect([thread.id, second.finalResponse, second.usage?.input_tokens]).toEqual([id, 'two', 20])
  const resumed = codex().resumeThread(id, { skipGitRepoCheck: true })
  expect((await resumed.run('third')).finalResponse).toBe('three')
  expect(resumed.id).toBe(id)
  expect(userTexts(sentBody(server, 2)).slice(-3)).toEqual(['first', 'second', 'third'])
})

test('texts are joined and images are shown, in a new thread and in one that goes on', async () => {
  const { codex, server, workspace } = await sdkSession([{ text: 'one' }, { text: 'two' }], {
    files: { 'a.png': 'picture a', 'b.jpg': 'picture b' },
  })
  const [a, b] = ['a.png', 'b.jpg'].map((name) => join(workspace.path, name))
  const thread = codex().startThread({ skipGitRepoCheck: true })
  const image = (path = '') => ({ type: 'local_image' as const, path })
  await thread.run([{ type: 'text', text: 'look' }, image(a), { type: 'text', text: 'closely' }, image(b)])
  await thread.run([{ type: 'text', text: 'again' }, image(a)])
  const pictures = (index: number) =>
    (JSON.stringify(inputOf(sentBody(server, index)).at(-1)).match(/data:image\/(?:png|jpeg);base64,/g) ?? []).length
  expect([pictures(0), pictures(1)]).toEqual([2, 1])
  expect(lastUserText(sentBody(server, 0))).toMatch(/look\n\nclosely$/)
})

test('the output schema is sent, and the answer comes back as JSON', async () => {
  const { codex, server } = await sdkSession([{ text: '{"risk":"low"}' }])
  const outputSchema = {
    type: 'object',
    properties: { risk: { type: 'string' } },
    required: ['risk'],
    additionalProperties: false,
  }
  const turn = await codex().startThread({ skipGitRepoCheck: true }).run('judge', { outputSchema })
  expect(JSON.parse(turn.finalResponse)).toEqual({ risk: 'low' })
  expect(sentBody(server, 0).text).toMatchObject({
    format: { type: 'json_schema', strict: true, name: 'codex_output_schema', schema: outputSchema },
  })
})

test('an abort ends the program and the command that it runs', async () => {
  const { codex, workspace } = await sdkSession([
    { calls: [{ shell: 'echo $PPID > pid; echo started; sleep 600; echo late > late' }] },
  ])
  const controller = new AbortController()
  const thread = codex().startThread({
    skipGitRepoCheck: true,
    workingDirectory: workspace.path,
    sandboxMode: 'danger-full-access',
  })
  const { events } = await thread.runStreamed('go', { signal: controller.signal })
  const reading = (async () => {
    for await (const event of events) if (event.type === 'item.started') controller.abort()
  })()
  await expect(reading).rejects.toThrow(/abort/i)
  await expect(access(join(workspace.path, 'late'))).rejects.toMatchObject({ code: 'ENOENT' })
})

test('a reader that stops early ends the program', async () => {
  const { codex, server } = await sdkSession([{ failure: { kind: 'silent', afterEvents: 1 } }])
  const { events } = await codex().startThread({ skipGitRepoCheck: true }).runStreamed('go')
  for await (const event of events) {
    if (event.type !== 'turn.started') continue
    await server.received(1)
    break
  }
  expect(await server.requests[0]?.ended).toBe('closed')
})

test('a turn that fails is an error with the message of the turn', async () => {
  const { codex } = await sdkSession([
    { failure: { kind: 'status', status: 400, body: { error: { message: 'no such model' } } } },
  ])
  await expect(codex().startThread({ skipGitRepoCheck: true }).run('go')).rejects.toThrow('no such model')
})

test('what stops before a thread begins is an error with the exit code and what stderr says', async () => {
  const { codex, server, workspace } = await sdkSession([{ text: 'ok' }])
  await expect(codex().startThread({ workingDirectory: workspace.path }).run('go')).rejects.toThrow(
    /Codex Exec exited with code 1: (?:.|\n)*Not inside a trusted directory/,
  )
  const thread = codex().startThread({ skipGitRepoCheck: true, workingDirectory: '/nowhere' })
  await expect(thread.run('go')).rejects.toThrow(/exited with code 1: (?:.|\n)*\/nowhere/)
  expect(server.requests).toHaveLength(0)
})

test('the schema file may be gone as soon as the program has read it', async () => {
  const { startExec, workspace, server } = await execCase([{ text: '{}' }], { files: { 's/schema.json': '{}' } })
  const codex = await startExec(['--output-schema', join(workspace.path, 's/schema.json'), 'hi'])
  await codex.event(({ type }) => type === 'thread.started')
  await rm(join(workspace.path, 's'), { recursive: true })
  expect(await codex.done).toMatchObject({ exitCode: 0 })
  expect(server.requests[0]?.body.text).toMatchObject({ format: { schema: {} } })
})

test('the thread that the SDK starts is kept as one of exec, with its source', async () => {
  const { codex, home } = await sdkSession([{ text: 'ok' }, { text: 'ok' }])
  const thread = codex().startThread({ skipGitRepoCheck: true, threadSource: 'nightly' })
  await thread.run('go')
  const [file = ''] = globSync(join(home.codexHome, 'sessions/**/*.jsonl'))
  const [meta] = (await readFile(file, 'utf8')).split('\n').map((line) => line && JSON.parse(line))
  expect(meta.payload).toMatchObject({
    id: thread.id,
    source: 'exec',
    originator: 'codex_sdk_ts',
    thread_source: 'nightly',
  })
})
