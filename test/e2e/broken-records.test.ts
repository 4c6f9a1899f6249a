import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { zstdCompressSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { completedItems, execCase, jsonLines, userTexts } from '../support/exec-case.ts'

const day = 'sessions/2026/01/02'
const idOf = (index: number) => `01970000-0000-7000-8000-${String(index).padStart(12, '0')}`
const nameOf = (index: number) => `rollout-2026-01-02T03-04-05-${idOf(index)}.jsonl`

function record(index: number): string {
  const line = (type: string, payload: object) =>
    `${JSON.stringify({ timestamp: '2026-01-02T03:04:05.000Z', type, payload })}\n`
  const content = [{ type: 'input_text', text: `question ${index}` }]
  return (
    line('session_meta', {
      id: idOf(index),
      timestamp: '2026-01-02T03:04:05.000Z',
      cwd: '/somewhere',
      source: 'exec',
    }) + line('response_item', { type: 'message', role: 'user', content })
  )
}

test('of 10,000 records eleven are broken, each in its own way: the others are listed and found, and the eleven are named', async () => {
  const { home, run, exec } = await execCase([{ text: 'gone on' }, { text: 'again' }])
  const [folder, archive] = [join(home.codexHome, day), join(home.codexHome, 'archived_sessions')]
  await mkdir(folder, { recursive: true })
  await mkdir(archive)
  const packed = zstdCompressSync(record(1))
  const broken: readonly (string | Buffer)[] = [
    'garbage\n',
    '\0\0\0\0\n',
    '{"timestamp":"","type":"session_meta"}\n',
    '{"type":"session_meta","payload":{"id":7}}\n',
    record(5).split('\n').slice(1).join('\n'),
    Buffer.from([0xff, 0xfe, 0x00, 0x0a]),
    'null\n'.repeat(1000),
    '',
  ]
  for (let index = 0; index < 9_990; index += 1) {
    await writeFile(join(folder, nameOf(index)), broken[index] ?? record(index))
  }
  const archives = [packed.subarray(0, packed.length / 2), Buffer.from('no archive'), Buffer.alloc(100)]
  for (const [index, bytes] of archives.entries()) await writeFile(join(archive, `${nameOf(9_990 + index)}.zst`), bytes)

  const listed = await run(['threads', 'list', '--all', '--json', '--limit', '20000'])
  expect(listed.exitCode).toBe(0)
  expect(JSON.parse(listed.stdout)).toHaveLength(9_982)
  expect(listed.stderr).toContain('11 records hold no thread that could be read')
  expect(listed.stderr).toContain(`${join(folder, nameOf(0))}: it begins with no session_meta line`)
  const doctor = JSON.parse((await run(['doctor', '--json'])).stdout) as readonly { name: string; detail: string }[]
  const told = doctor.filter(({ name }) => name === 'threads').map(({ detail }) => detail)
  expect(told).toHaveLength(11)
  expect(told).toContain(`${join(folder, nameOf(7))}: it is empty`)
  for (const [index] of archives.entries()) {
    expect(told).toContainEqual(expect.stringMatching(new RegExp(`${nameOf(9_990 + index)}.zst is damaged`)))
  }
  const found = await run(['threads', 'search', 'question 9000', '--all', '--json'])
  expect(JSON.parse(found.stdout)).toMatchObject([{ thread: { id: idOf(9_000) } }])

  expect(await exec(['resume', idOf(9_000), 'go on'])).toMatchObject({ exitCode: 0 })
  for (const index of [0, 3, 6, 7]) {
    const refused = await exec(['resume', idOf(index), 'go on'])
    expect(refused).toMatchObject({ exitCode: 1, stdout: '', stderr: expect.stringContaining('rollout.unreadable') })
    expect(refused.stderr).toContain(nameOf(index))
  }
  const last = await exec(['resume', '--last', '--all', 'go on'])
  expect(last.exitCode).toBe(0)
})

test('lines of a later version and garbage in the middle stay in the record, are told once, and the rest goes on', async () => {
  const { home, exec, server } = await execCase([{ text: 'gone on' }])
  const strange = [
    '{"timestamp":"2030-01-01T00:00:00.000Z","type":"hologram","payload":{"a":1}}',
    '{"timestamp":"2030-01-01T00:00:00.000Z","type":"hologram","payload":{"a":2}}',
    '{"timestamp":"2030-01-01T00:00:00.000Z","type":"response_item","payload":{"type":"smell","of":"roses"}}',
    '{"timestamp":"2030-01-01T00:00:00.000Z","type":"event_msg","payload":{"type":"sung"}}',
    'garbage \u0000 in the middle',
  ]
  const output = { type: 'function_call_output', call_id: 'its-call-was-garbage', output: 'x' }
  const orphan = JSON.stringify({ timestamp: '2026-01-02T03:04:05.000Z', type: 'response_item', payload: output })
  const text = `${record(1)}${[...strange, orphan].join('\n')}\n`
  await home.write({ [`${day}/${nameOf(1)}`]: text })
  const resumed = await exec(['resume', idOf(1), 'go on'])
  expect(resumed.exitCode).toBe(0)
  expect(completedItems(resumed, 'notice').map(({ message }) => message)).toEqual([
    "Parts of this thread's record were passed over, and stay in it: 1 of its lines cannot be read; this version does not know hologram (2), response_item smell (1)",
  ])
  const body = server.requests.at(-1)?.body ?? {}
  expect(userTexts(body).filter((each) => !each.startsWith('<'))).toEqual(['question 1', 'go on'])
  expect(JSON.stringify(body)).not.toMatch(/roses|its-call-was-garbage/)
  expect((await readFile(join(home.codexHome, day, nameOf(1)), 'utf8')).startsWith(text)).toBe(true)
})

test('a clock that was set back changes neither the order of a thread nor what is newest in it', async () => {
  const { home, exec, run, rollouts } = await execCase([{ text: 'first' }, { text: 'second' }])
  const future = record(1).replaceAll('2026-01-02', '2099-01-02')
  await home.write({ [`sessions/2099/01/02/${nameOf(1).replace('2026-01-02', '2099-01-02')}`]: future })
  expect((await exec(['resume', idOf(1), 'go on'])).exitCode).toBe(0)
  const [file = ''] = await rollouts()
  const lines = jsonLines(await readFile(file, 'utf8'))
  expect(lines.map(({ ordinal = 0 }) => Number(ordinal)).slice(2)).toEqual(lines.slice(2).map((_, index) => index + 2))
  const [listed] = JSON.parse((await run(['threads', 'list', '--all', '--json'])).stdout)
  expect(listed).toMatchObject({ id: idOf(1), turns: 1, updated: '2099-01-02T03:04:05.000Z' })
  const shown = JSON.parse((await run(['threads', 'show', idOf(1), '--json'])).stdout)
  expect(shown.turns.at(-1)).toMatchObject({ prompt: 'go on', status: 'completed' })
})

test('a record from which no thread can be read is named as that, and deleted by the id in its name', async () => {
  const { home, run } = await execCase([])
  const [empty, garbage] = [`${day}/${nameOf(1)}`, `${day}/${nameOf(2)}`]
  await home.write({ [empty]: '', [garbage]: 'garbage\n', [`${day}/${nameOf(3)}`]: record(3) })
  for (const index of [1, 2]) {
    const command = `codex threads delete ${idOf(index)}`
    for (const words of [
      ['resume', idOf(index), 'go on'],
      ['threads', 'show', idOf(index)],
    ]) {
      const refused = await run(words)
      expect(refused).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('code: rollout.unreadable') })
      expect(refused.stderr).toContain(command)
    }
    const deleted = await run([...command.split(' ').slice(1), '--force'])
    expect(deleted).toMatchObject({ exitCode: 0, stdout: `Deleted session ${idOf(index)}.\n` })
  }
  const put = join(home.codexHome, 'archived_sessions')
  await mkdir(put)
  await writeFile(join(put, `${nameOf(4)}.zst`), 'no archive')
  expect(await run(['threads', 'show', idOf(4)])).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining('rollout.unreadable'),
  })
  expect(await run(['threads', 'delete', idOf(4), '--force'])).toMatchObject({ exitCode: 0 })
  const left = await run(['threads', 'list', '--all'])
  expect(left).toMatchObject({ exitCode: 0, stderr: '', stdout: expect.stringContaining('question 3') })
  expect(await run(['threads', 'delete', idOf(1), '--force'])).toMatchObject({
    stderr: expect.stringContaining('thread.not_found'),
  })
})
