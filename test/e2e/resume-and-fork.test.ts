import { expect, test } from 'vitest'
import { execCase, userTexts } from '../support/exec-case.ts'
import { sentBody } from '../support/scripted-session.ts'

const usage = { input: 10, output: 5 }
const answers = [{ text: 'first' }, { text: 'second' }, { text: 'third' }, { text: 'fourth' }]

test('codex resume goes on with a thread by its id, the beginning of it, its name or as the newest', async () => {
  const { exec, run, server, rollouts } = await execCase(answers)
  const id = String((await exec(['one'])).events[0]?.thread_id)
  const byId = await run(['resume', id, 'two'])
  expect(byId).toMatchObject({ exitCode: 0, stdout: 'second\n' })
  await run(['threads', 'rename', id, 'the parser'])
  expect(await run(['resume', '--json', 'the parser', 'three'])).toMatchObject({ exitCode: 0 })
  expect(await run(['-s', 'read-only', 'resume', '--last', 'four'])).toMatchObject({ exitCode: 0 })
  expect(userTexts(sentBody(server, 3)).slice(-4)).toEqual(['one', 'two', 'three', 'four'])
  expect(await rollouts()).toHaveLength(1)
})

test('of threads of one name the one that was called so last goes on, and it is said which', async () => {
  const { exec, run, server } = await execCase([...answers, { text: 'fifth' }])
  const idOf = async (prompt: string) => String((await exec([prompt])).events[0]?.thread_id)
  const [first, second, third] = [await idOf('one'), await idOf('two'), await idOf('three')]
  for (const id of [first, second, third, first]) await run(['threads', 'rename', id, 'the parser'])
  const note = (id: string, count: number) =>
    `${count} threads are called "the parser": ${id} is taken, which was called so last`
  const resumed = await run(['resume', 'the parser', 'four'])
  expect(resumed).toMatchObject({ exitCode: 0, stderr: expect.stringContaining(note(first, 3)) })
  expect(userTexts(sentBody(server, 3)).slice(-2)).toEqual(['one', 'four'])

  await run(['threads', 'archive', first])
  const forked = await run(['fork', 'the parser'])
  expect(forked).toMatchObject({ exitCode: 0, stderr: `note: ${note(third, 2)}\n` })
  await run(['threads', 'delete', third, '--force'])
  expect(await run(['resume', 'the parser', 'five'])).toMatchObject({
    exitCode: 0,
    stderr: expect.not.stringContaining('is taken'),
  })
  expect(userTexts(sentBody(server, 4)).slice(-2)).toEqual(['two', 'five'])
  expect(await run(['threads', 'show', 'the parser'])).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining('thread.ambiguous'),
  })
})

test('the name of a deleted thread is free: nothing is found by it', async () => {
  const { exec, run } = await execCase(answers)
  const id = String((await exec(['one'])).events[0]?.thread_id)
  await run(['threads', 'rename', id, 'the parser'])
  expect(await run(['threads', 'delete', 'the parser', '--force'])).toMatchObject({ exitCode: 0 })
  const begun = await exec(['resume', 'the parser', 'two'])
  expect(begun).toMatchObject({ exitCode: 0 })
  expect(begun.events[0]?.thread_id).not.toBe(id)
})

test('a name that means something else already is refused', async () => {
  const { exec, run } = await execCase(answers)
  const id = String((await exec(['one'])).events[0]?.thread_id)
  for (const name of ['last', ' last ', '01900000-0000-7000-8000-000000000000']) {
    const refused = await run(['threads', 'rename', id, name])
    expect(refused).toMatchObject({ exitCode: 2, stdout: '', stderr: expect.stringContaining('usage.arguments') })
  }
  expect(JSON.parse((await run(['threads', 'list', '--json'])).stdout)[0]).not.toHaveProperty('name')
})

test('the prompt of a resumed thread may come by a pipe', async () => {
  const { exec, run, server } = await execCase(answers)
  await exec(['one'])
  expect(await run(['resume', '--last'], { stdin: 'from a pipe' })).toMatchObject({ exitCode: 0 })
  expect(userTexts(sentBody(server, 1)).slice(-2)).toEqual(['one', 'from a pipe'])
})

test('without a prompt the hint is the command that was typed, with one', async () => {
  const { exec, run } = await execCase(answers, { git: true })
  const id = String((await exec(['one'])).events[0]?.thread_id)
  for (const words of [
    ['resume', '--last'],
    ['resume', '--last', '--all'],
    ['exec', 'resume', id],
  ]) {
    const hint = `echo "explain src" | codex ${words.join(' ')}\n`
    expect(await run(words, { stdin: '' })).toMatchObject({ exitCode: 1, stderr: expect.stringContaining(hint) })
  }
})

test('a thread that is not there is an error, and none is begun', async () => {
  const { run, server, rollouts } = await execCase([])
  for (const words of [
    ['resume', 'no-name', 'go on'],
    ['resume', '--last', 'go on'],
    ['fork', 'no-name', 'go on'],
    ['resume', '01900000-0000-7000-8000-000000000000', 'go on'],
  ]) {
    const result = await run(words)
    expect(result).toMatchObject({ exitCode: 1, stdout: '', stderr: expect.stringContaining('thread.not_found') })
  }
  expect(await run(['resume'])).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('--last') })
  expect(await run(['resume', '--at', '1', 'x', 'p'])).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('codex fork --at 1 x'),
  })
  expect([server.requests.length, (await rollouts()).length]).toEqual([0, 0])
})

test('a fork shows the turns that it has from its parent, and is forked at them; what they used counts once', async () => {
  const { exec, run, server } = await execCase([
    { calls: [{ shell: 'echo hello' }], usage },
    { text: 'first', usage },
    { text: 'second', usage },
    { text: 'third', usage },
    { text: 'fourth', usage },
    { text: 'fifth', usage },
  ])
  const id = String((await exec(['one'])).events[0]?.thread_id)
  await exec(['resume', id, 'two'])
  const fork = String((await exec(['fork', id, 'three'])).events[0]?.thread_id)
  const turnsOf = async (thread: string) => JSON.parse((await run(['threads', 'show', thread, '--json'])).stdout).turns
  const turns = await turnsOf(fork)
  expect(turns.map(({ prompt }: { prompt: string }) => prompt)).toEqual(['one', 'two', 'three'])
  expect(turns.slice(0, 2)).toEqual(await turnsOf(id))
  await exec(['fork', '--at', '1', fork, 'another two'])
  expect(userTexts(sentBody(server, 4)).slice(-2)).toEqual(['one', 'another two'])
  const again = await exec(['fork', '--at', String(turns[1].id), fork, 'another three'])
  expect(userTexts(sentBody(server, 5)).slice(-3)).toEqual(['one', 'two', 'another three'])
  expect(await turnsOf(String(again.events[0]?.thread_id))).toHaveLength(3)

  const stats = JSON.parse((await run(['stats', '--json'])).stdout)
  expect(stats.sums).toMatchObject([{ requests: 6, input_tokens: 60 }])
  expect(stats.tools.map(({ calls }: { calls: number }) => calls)).toEqual([1])
  const trace = JSON.parse((await run(['debug', 'trace', fork, '--json'])).stdout)
  expect(trace.turns.map(({ prompt }: { prompt: string }) => prompt)).toEqual(['three'])
})

test('codex fork --at begins with the history up to a turn, named by its number or its id', async () => {
  const { exec, run, server } = await execCase([...answers, { text: 'fifth' }])
  const id = String((await exec(['one'])).events[0]?.thread_id)
  for (const prompt of ['two', 'three']) await exec(['resume', id, prompt])
  const shown = JSON.parse((await run(['threads', 'show', id, '--json'])).stdout)
  const second = String(shown.turns[1].id)
  expect(await run(['fork', '--at', '1', id, 'another two'])).toMatchObject({ exitCode: 0, stdout: 'fourth\n' })
  expect(userTexts(sentBody(server, 3)).slice(-2)).toEqual(['one', 'another two'])
  const forked = await exec(['fork', '--at', second.slice(0, 13), id, 'another three'])
  expect(forked).toMatchObject({ exitCode: 0 })
  expect(userTexts(sentBody(server, 4)).slice(-3)).toEqual(['one', 'two', 'another three'])

  const alone = await run(['fork', '--at', '2', id])
  expect(alone).toMatchObject({ exitCode: 0, stderr: '', stdout: expect.stringMatching(/^[0-9a-f-]{36}\n$/) })
  const wrong = await run(['fork', '--at', '9', id, 'p'])
  expect(wrong).toMatchObject({ exitCode: 1, stdout: '', stderr: expect.stringContaining('thread.no_such_turn') })
  expect(wrong.stderr).toMatch(/1 \([0-9a-f-]{13}\) one; 2 \(.*\) two; 3/)
  expect(server.requests).toHaveLength(5)
})
