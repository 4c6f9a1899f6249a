import { appendFile, copyFile, mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { expect, test } from 'vitest'
import { execCase, inputOf, jsonLines, userTexts } from '../support/exec-case.ts'
import { lastUserText, sentBody } from '../support/scripted-session.ts'

test('a thread is one rollout file: a line of JSON for everything, the first says whose it is', async () => {
  const { exec, rollouts, home, workspace } = await execCase([{ text: 'ok', usage: { input: 10, output: 5 } }])
  const { events } = await exec(['hi'])
  const id = String(events[0]?.thread_id)
  const files = await rollouts()
  expect(files).toHaveLength(1)
  const name = relative(home.codexHome, files[0] ?? '')
  expect(name).toMatch(
    new RegExp(`^sessions/\\d{4}/\\d\\d/\\d\\d/rollout-\\d{4}-\\d\\d-\\d\\dT\\d\\d-\\d\\d-\\d\\d-${id}\\.jsonl$`),
  )
  const text = await readFile(files[0] ?? '', 'utf8')
  expect(text.endsWith('\n')).toBe(true)
  const lines = jsonLines(text)
  for (const [index, line] of lines.entries()) {
    expect(line).toEqual({
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      ordinal: index,
      type: expect.stringMatching(/^(session_meta|event_msg|response_item|turn_context)$/),
      payload: expect.any(Object),
    })
  }
  expect(lines[0]).toMatchObject({
    type: 'session_meta',
    payload: { id, session_id: id, cwd: workspace.path, originator: 'codex_exec', source: 'exec' },
  })
  expect(lines.at(-1)).toMatchObject({
    type: 'event_msg',
    payload: { type: 'task_complete', last_agent_message: 'ok' },
  })
  expect(lines).toContainEqual(
    expect.objectContaining({
      payload: expect.objectContaining({
        type: 'token_count',
        info: {
          total_token_usage: expect.objectContaining({ input_tokens: 10, output_tokens: 5 }),
          last_token_usage: expect.objectContaining({ input_tokens: 10, output_tokens: 5 }),
        },
      }),
    }),
  )
})

test('--ephemeral leaves no rollout', async () => {
  const { exec, rollouts } = await execCase([{ text: 'ok' }])
  expect(await exec(['--ephemeral', 'hi'])).toMatchObject({ exitCode: 0 })
  expect(await rollouts()).toEqual([])
})

test('a thread goes on by its id: same file, same id, whole history, usage added up, items from item_0', async () => {
  const usage = { input: 10, cached: 4, output: 5, reasoning: 1 }
  const { exec, rollouts, server } = await execCase([
    { calls: [{ shell: 'echo first-output' }], reasoning: 'Hmm', usage },
    { text: 'first answer', usage },
    { text: 'second answer', usage },
    { text: 'third answer', usage },
  ])
  const first = await exec(['first question'])
  const id = String(first.events[0]?.thread_id)
  const second = await exec(['resume', id, 'second question'])
  expect(second.events).toEqual([
    { type: 'thread.started', thread_id: id },
    { type: 'turn.started' },
    { type: 'item.completed', item: { id: 'item_0', type: 'agent_message', text: 'second answer' } },
    {
      type: 'turn.completed',
      usage: {
        input_tokens: 30,
        cached_input_tokens: 12,
        cache_write_input_tokens: 0,
        output_tokens: 15,
        reasoning_output_tokens: 3,
      },
    },
  ])
  // What was sent before is sent again, unchanged, so that the provider's cache holds.
  const earlier = inputOf(sentBody(server, 1))
  expect(inputOf(sentBody(server, 2)).slice(0, earlier.length)).toEqual(earlier)
  expect(userTexts(sentBody(server, 2)).slice(-2)).toEqual(['first question', 'second question'])
  expect(sentBody(server, 2).prompt_cache_key).toBe(id)

  const third = await exec(['resume', id, 'third question'])
  expect(third.events.at(-1)?.usage).toMatchObject({ input_tokens: 40, output_tokens: 20 })
  const files = await rollouts()
  expect(files).toHaveLength(1)
  const ordinals = jsonLines(await readFile(files[0] ?? '', 'utf8')).map(({ ordinal }) => ordinal)
  expect(ordinals).toEqual(ordinals.map((_, index) => index))
})

test('resume --last takes the newest thread of this directory, and begins one where there is none', async () => {
  const { exec, workspace, rollouts } = await execCase([{ text: 'ok' }], {
    server: { whenSpent: 'repeat' },
    files: { 'other/a.txt': '' },
  })
  const elsewhere = { cwd: join(workspace.path, 'other') }
  const idOf = async (argv: readonly string[], options = {}) => (await exec(argv, options)).events[0]?.thread_id
  const fresh = await idOf(['resume', '--last', 'nothing yet'])
  expect(await rollouts()).toHaveLength(1)
  const newer = await idOf(['newer'])
  expect(newer).not.toBe(fresh)
  const other = await idOf(['other'], elsewhere)
  expect(await idOf(['resume', '--last', 'go on'])).toBe(newer)
  expect(await idOf(['resume', '--last', 'go on'], elsewhere)).toBe(other)
  expect(await rollouts()).toHaveLength(3)
})

test('a thread goes on by the beginning of its id; where several begin so, none does', async () => {
  const { exec, rollouts, server } = await execCase([{ text: 'one' }, { text: 'two' }])
  const id = String((await exec(['hi'])).events[0]?.thread_id)
  const asListed = await exec(['resume', id.slice(0, 13), 'go on'])
  expect(asListed.events[0]).toEqual({ type: 'thread.started', thread_id: id })
  const [file = ''] = await rollouts()
  await copyFile(file, file.replace(id, `${id.slice(0, -1)}${id.endsWith('0') ? '1' : '0'}`))
  const both = await exec(['resume', id.slice(0, 13), 'go on'])
  expect(both).toMatchObject({ exitCode: 1, stdout: '', stderr: expect.stringContaining('thread.ambiguous') })
  expect([server.requests.length, (await rollouts()).length]).toEqual([2, 2])
})

test('a name that is no id begins a new thread, as in Codex, and says so', async () => {
  const { exec, rollouts } = await execCase([{ text: 'ok' }, { text: 'ok' }])
  const first = await exec(['hi'])
  const second = await exec(['resume', 'my-thread', 'hi'])
  expect(second.exitCode).toBe(0)
  const message = expect.stringContaining('No thread has the name "my-thread", so a new one begins')
  expect(second.events).toContainEqual(
    expect.objectContaining({ item: expect.objectContaining({ type: 'notice', message }) }),
  )
  expect(second.events[0]?.thread_id).not.toBe(first.events[0]?.thread_id)
  expect(await rollouts()).toHaveLength(2)
})

test('a torn last line is cut off on resume and nothing before it is lost', async () => {
  const { exec, rollouts, server } = await execCase([{ text: 'one' }, { text: 'two' }])
  const id = String((await exec(['question'])).events[0]?.thread_id)
  const [file = ''] = await rollouts()
  const whole = await readFile(file, 'utf8')
  await appendFile(file, '{"timestamp":"2026-01-01T00:00:00.000Z","ordinal":99,"type":"response_item","payl')
  expect(await exec(['resume', id, 'more'])).toMatchObject({ exitCode: 0 })
  expect(userTexts(sentBody(server, 1)).slice(-2)).toEqual(['question', 'more'])
  expect(JSON.stringify(inputOf(sentBody(server, 1)))).toContain('"one"')
  const after = await readFile(file, 'utf8')
  expect(after.startsWith(whole)).toBe(true)
  const ordinals = jsonLines(after).map(({ ordinal }) => ordinal)
  expect(ordinals).toEqual(ordinals.map((_, index) => index))
})

test('a rollout that another program wrote in the old style goes on', async () => {
  const { exec, rollouts, server, home, workspace } = await execCase([{ text: 'ok' }])
  const id = '0190aaaa-bbbb-7ccc-8ddd-eeeeeeeeeeee'
  const file = join(home.codexHome, `sessions/2025/01/02/rollout-2025-01-02T03-04-05-${id}.jsonl`)
  const line = (type: string, payload: object) =>
    `${JSON.stringify({ timestamp: '2025-01-02T03:04:05.000Z', type, payload })}\n`
  const message = (role: string, kind: string, text: string) =>
    line('response_item', { type: 'message', role, content: [{ type: kind, text }] })
  const meta = { id, timestamp: '2025-01-02T03:04:05Z', cwd: workspace.path, originator: 'codex_cli_rs' }
  const text = [
    line('session_meta', { ...meta, cli_version: '0.40.0', source: 'exec', instructions: null }),
    message('user', 'input_text', 'an old question'),
    line('something_unknown', { a: 1 }),
    message('assistant', 'output_text', 'an old answer'),
    line('event_msg', { type: 'agent_message', message: 'an old answer' }),
  ].join('')
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, text)
  const result = await exec(['resume', id, 'and now?'])
  expect(result).toMatchObject({ exitCode: 0 })
  expect(result.events[0]).toEqual({ type: 'thread.started', thread_id: id })
  expect(await rollouts()).toEqual([file])
  expect((await readFile(file, 'utf8')).startsWith(text)).toBe(true)
  const body = sentBody(server, 0)
  expect(userTexts(body)[0]).toBe('an old question')
  expect(JSON.stringify(inputOf(body))).toContain('an old answer')
  expect(lastUserText(body)).toBe('and now?')
})

test('settings come from the new run, not from the thread', async () => {
  const { exec, server } = await execCase([{ text: 'ok' }, { text: 'ok' }])
  const id = String((await exec(['-m', 'first-model', 'hi'])).events[0]?.thread_id)
  await exec(['-m', 'second-model', 'resume', id, 'hi'])
  expect([sentBody(server, 0).model, sentBody(server, 1).model]).toEqual(['first-model', 'second-model'])
})

test('a home whose sessions cannot be written stops before a model is asked', async () => {
  const { exec, server, home } = await execCase([{ text: 'ok' }])
  await home.write({ sessions: 'a file where the folder belongs' })
  const refused = await exec(['hi'])
  expect(refused).toMatchObject({ exitCode: 1, stdout: '' })
  expect(refused.stderr).toContain('rollout')
  expect(refused.stderr).toContain('--ephemeral')
  expect(server.requests).toHaveLength(0)
  expect(await exec(['--ephemeral', 'hi'])).toMatchObject({ exitCode: 0 })
})

test('resume that names no thread and is told nothing has no prompt; with one on stdin a thread begins, and a notice says so', async () => {
  const { exec, server } = await execCase([{ text: 'ok' }])
  const nothing = await exec(['resume'])
  expect(nothing).toMatchObject({ exitCode: 1, stdout: '' })
  expect(nothing.stderr).toContain('No prompt provided via stdin.')
  expect(server.requests).toHaveLength(0)
  const begun = await exec(['resume'], { stdin: 'go on' })
  expect(begun).toMatchObject({ exitCode: 0 })
  expect(begun.stdout + begun.stderr).toContain('No thread was named, so a new one begins')
})
