import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { execCase, jsonLines, userTexts } from '../support/exec-case.ts'
import { sentBody } from '../support/scripted-session.ts'

const usage = { input: 10, output: 5 }

test('a fork is a new thread that begins with the history of the other one, which stays as it is', async () => {
  const { exec, rollouts, server } = await execCase([
    { text: 'first answer', usage },
    { text: 'forked answer', usage },
    { text: 'second answer', usage },
  ])
  const id = String((await exec(['first question'])).events[0]?.thread_id)
  const [parent = ''] = await rollouts()
  const before = await readFile(parent, 'utf8')
  const forked = await exec(['fork', id, 'another way'])
  expect(forked).toMatchObject({ exitCode: 0, stderr: '' })
  const forkId = String(forked.events[0]?.thread_id)
  expect(forkId).not.toBe(id)
  expect(userTexts(sentBody(server, 1)).slice(-2)).toEqual(['first question', 'another way'])
  expect(forked.events.at(-1)?.usage).toMatchObject({ input_tokens: 20, output_tokens: 10 })
  expect(await readFile(parent, 'utf8')).toBe(before)

  const files = await rollouts()
  expect(files).toHaveLength(2)
  const file = files.find((each) => each.endsWith(`-${forkId}.jsonl`)) ?? ''
  expect(jsonLines(await readFile(file, 'utf8'))[0]).toMatchObject({
    type: 'session_meta',
    payload: { id: forkId, forked_from_id: id, source: 'exec' },
  })
  await exec(['resume', id, 'second question'])
  expect(userTexts(sentBody(server, 2)).slice(-2)).toEqual(['first question', 'second question'])
})

test('without a prompt a fork asks no model and prints its id alone', async () => {
  const { exec, run, server } = await execCase([{ text: 'one' }, { text: 'two' }])
  const id = String((await exec(['begin'])).events[0]?.thread_id)
  const { exitCode, events } = await exec(['fork', id])
  expect({ exitCode, events }).toEqual({
    exitCode: 0,
    events: [{ type: 'thread.started', thread_id: expect.not.stringContaining(id) }],
  })
  const human = await run(['exec', '--skip-git-repo-check', 'fork', '--last'])
  expect(human).toMatchObject({ exitCode: 0, stderr: '' })
  expect(server.requests).toHaveLength(1)
  const forkId = human.stdout.trim()
  expect(await exec(['resume', forkId, 'go on'])).toMatchObject({ exitCode: 0 })
  expect(userTexts(sentBody(server, 1)).slice(-2)).toEqual(['begin', 'go on'])
})

test('a thread that is not there cannot be forked, and none is begun', async () => {
  const { exec, rollouts, server } = await execCase([])
  for (const words of [['01900000-0000-7000-8000-000000000000'], ['no-name'], ['--last']]) {
    const result = await exec(['fork', ...words, 'p'])
    expect(result).toMatchObject({ exitCode: 1, stdout: '' })
    expect(result.stderr).toContain('thread.not_found')
  }
  expect([server.requests.length, (await rollouts()).length]).toEqual([0, 0])
})

test('resume --last takes the newest thread of the directory, with --all of any', async () => {
  const { run, server, workspace } = await execCase([{ text: '1' }, { text: '2' }, { text: '3' }, { text: '4' }], {
    files: { 'a/f': '', 'b/f': '' },
  })
  const exec = (directory: string, ...words: string[]) =>
    run(['exec', '--skip-git-repo-check', '--json', '-C', join(workspace.path, directory), ...words])
  const inA = (await exec('a', 'in a')).events[0]?.thread_id
  const inB = (await exec('b', 'in b')).events[0]?.thread_id
  expect((await exec('a', 'resume', '--last', 'more')).events[0]?.thread_id).toBe(inA)
  expect((await exec('a', 'resume', '--last', '--all', 'more')).events[0]?.thread_id).toBe(inB)
  expect(server.requests).toHaveLength(4)
})

test('a fork that keeps no file, and a worktree, are refused with another way', async () => {
  const { exec, server } = await execCase([])
  const ephemeral = await exec(['--ephemeral', 'fork', '--last', 'p'])
  expect(ephemeral).toMatchObject({ exitCode: 2, stdout: '', stderr: expect.stringContaining('resume ID --ephemeral') })
  const worktree = await exec(['--worktree', 'p'])
  expect(worktree).toMatchObject({ exitCode: 2, stdout: '', stderr: expect.stringContaining('git worktree add') })
  expect(server.requests).toHaveLength(0)
})
