import { appendFile, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { completedItems, execCase, inputOf, jsonLines, userTexts } from '../support/exec-case.ts'
import type { ModelTurn } from '../support/model-server.ts'
import { sentBody } from '../support/scripted-session.ts'

const files = {
  'AGENTS.md': 'Answer in British English.',
  'a.txt': 'apple pie\n'.repeat(480),
  'b.txt': 'berry pie\n'.repeat(480),
}
const usage = { input: 100, output: 10 }
const read = (path: string): ModelTurn => ({ calls: [{ name: 'read_file', arguments: { path } }], usage })
const patch = (input: string): ModelTurn => ({ calls: [{ name: 'apply_patch', input }], usage })
const plan: ModelTurn = {
  ...{ calls: [{ name: 'update_plan', arguments: { plan: [{ step: 'Compare the pies', status: 'in_progress' }] } }] },
  usage,
}
const summary = 'SUMMARY: a.txt is about apples.'

/** A thread that has planned, read two files and written one, and was then asked something else. */
const worked: readonly ModelTurn[] = [
  ...[plan, read('a.txt'), read('b.txt')],
  patch('*** Begin Patch\n*** Add File: pies.txt\n+apple and berry\n*** End Patch\n'),
  ...[
    { text: 'Written.', usage },
    { text: 'Two.', usage },
  ],
]

async function workedCase(more: readonly ModelTurn[]) {
  const session = await execCase([...worked, ...more], { files })
  const write = ['-s', 'workspace-write']
  const first = await session.exec([...write, 'compare the pies'])
  expect(first.exitCode).toBe(0)
  const id = String(first.events[0]?.thread_id)
  await session.exec(['resume', id, 'how many kinds are there?'])
  const [file = ''] = await session.rollouts()
  const record = async () => await readFile(file, 'utf8')
  return {
    ...session,
    id,
    record,
    resume: (prompt: string, ...flags: string[]) => session.exec(['resume', id, ...flags, prompt]),
  }
}

test('/compact asks for one summary with its focus, and keeps rules, requests, plan and files word for word', async () => {
  const { resume, server, record } = await workedCase([
    { text: summary, usage },
    { text: 'Yes.', usage },
  ])
  const before = await record()
  const result = await resume("/compact the baker's measures")
  expect(result.exitCode).toBe(0)
  expect(completedItems(result, 'context_compaction')).toMatchObject([
    { summary, focus: "the baker's measures", tokens_before: expect.any(Number), tokens_after: expect.any(Number) },
  ])
  expect(server.requests).toHaveLength(7)
  const asked = sentBody(server, 6)
  expect(asked.tools).toEqual([])
  expect(JSON.stringify(inputOf(asked)[0])).toContain("keeps in particular: the baker's measures")
  expect(JSON.stringify(inputOf(asked)[1])).toContain('apple pie')
  expect(userTexts(asked).join('')).not.toContain('/compact')

  await resume('and is that all?')
  const [full, after] = [inputOf(sentBody(server, 5)), inputOf(sentBody(server, 7))]
  const isRule = (item: unknown) => /"role":"developer"|AGENTS\.md instructions/.test(JSON.stringify(item))
  expect(after.filter(isRule)).toEqual(full.filter(isRule))
  expect(userTexts(sentBody(server, 7)).slice(-5)).toEqual([
    'compare the pies',
    `<summary_of_earlier_conversation>\n${summary}\n</summary_of_earlier_conversation>`,
    '<work_so_far>\nThe plan, as it was last given:\n- [in_progress] Compare the pies\n\nFiles that were changed or looked at, and how:\n- a.txt: read_file\n- b.txt: read_file\n- pies.txt: add\n</work_so_far>',
    'how many kinds are there?',
    'and is that all?',
  ])
  expect(JSON.stringify(after)).not.toContain('apple pie')
  expect(JSON.stringify(after).length).toBeLessThan(JSON.stringify(full).length)

  // Nothing is taken out of the record.
  const lines = await record()
  expect(lines.startsWith(before)).toBe(true)
  expect(jsonLines(lines).filter(({ type }) => type === 'compacted')).toMatchObject([
    { payload: { message: summary, replacement_history: expect.any(Array) } },
  ])
})

test('what was asked for, and what gave way, are shown with the thread', async () => {
  const { resume, run, id } = await workedCase([{ text: summary, usage }])
  await resume('/compact the pies')
  const shown = (await run(['threads', 'show', id])).stdout
  expect(shown).toContain('/compact the pies')
  expect(shown).toContain(summary)
  expect(shown).toContain('compare the pies')
  const { turns } = JSON.parse((await run(['threads', 'show', id, '--json'])).stdout)
  expect(turns).toHaveLength(3)
  expect(turns.at(-1)).toMatchObject({ prompt: '/compact the pies', status: 'completed' })
  const gone = (await run(['threads', 'show', id, '--before-compaction'])).stdout
  expect(gone).toMatch(/^Compaction 1, .*: 6 items gave way/)
  expect(gone).toContain('480\tapple pie')
  expect(gone).not.toContain('how many kinds')
  const [compaction] = JSON.parse((await run(['threads', 'show', id, '--before-compaction', '--json'])).stdout)
  expect(compaction).toMatchObject({ summary, replaced: expect.any(Array) })
})

test('--dry-run says what would give way and what stays, asks no model and writes nothing', async () => {
  const { id, run, server, record } = await workedCase([])
  const before = await record()
  const result = await run(['exec', '--skip-git-repo-check', 'resume', id, '--dry-run', '/compact the pies'])
  expect(result.exitCode).toBe(0)
  expect(result.stdout).toMatch(/summarised +output +\d+ +.*apple pie/)
  expect(result.stdout).toMatch(/stays +request +\d+ +how many kinds are there\?/)
  expect(result.stdout).toMatch(/stays +rules/)
  expect(result.stdout).toContain('Focus of the summary: the pies')
  expect(result.stdout).toContain('- [in_progress] Compare the pies')
  expect(result.stdout).toContain('- pies.txt: add')
  expect(result.stderr).toContain('the thread is as it was')
  const data = JSON.parse(
    (await run(['exec', '--skip-git-repo-check', '--json', 'resume', id, '--dry-run', '/compact'])).stdout,
  )
  expect(data.compaction.tokensKept).toBeLessThan(data.compaction.tokensBefore)
  expect(JSON.stringify(data.body)).toContain('apple pie')
  expect(server.requests).toHaveLength(6)
  expect(await record()).toBe(before)
})

test('--dry-run of a compaction needs no model: what would become of the history is shown, and why no request is', async () => {
  const { id, run, server, record, home } = await workedCase([])
  const before = await record()
  await writeFile(join(home.codexHome, 'config.toml'), '')
  const argv = ['exec', '--skip-git-repo-check', 'resume', id, '--dry-run']
  const result = await run([...argv, '/compact the pies'])
  expect(result.exitCode).toBe(0)
  expect(result.stdout).toMatch(/summarised +output +\d+ +.*apple pie/)
  expect(result.stdout).toContain('Focus of the summary: the pies')
  expect(result.stderr).toContain('there is no request for the summary to show: ')
  const data = JSON.parse((await run([...argv, '--json', '/compact'])).stdout)
  expect(data).toMatchObject({ model: 'none', compaction: { files: expect.arrayContaining(['pies.txt: add']) } })
  expect(data.body).toBeUndefined()
  expect([server.requests.length, await record()]).toEqual([6, before])
  // A turn that would ask a model still needs one.
  expect((await run([...argv, 'hi'])).stderr).toContain('provider.unconfigured')
})

test('a thread that was compacted is compacted again: the files and the plan of before are told again', async () => {
  const { resume, server } = await workedCase([
    ...[{ text: summary, usage }, read('a.txt'), { text: 'Read again.', usage }],
    ...[
      { text: 'SUMMARY 2', usage },
      { text: 'Yes.', usage },
    ],
  ])
  await resume('/compact')
  await resume('look again')
  const again = await resume('/compact')
  expect(completedItems(again, 'context_compaction')).toMatchObject([{ summary: 'SUMMARY 2' }])
  expect(JSON.stringify(sentBody(server, 9).input)).toContain(summary)
  expect(JSON.stringify(sentBody(server, 9).input)).not.toContain('work_so_far')
  await resume('well?')
  const texts = userTexts(sentBody(server, 10))
  expect(texts.filter((text) => text.startsWith('<summary_of_earlier'))).toHaveLength(1)
  expect(texts.find((text) => text.startsWith('<work_so_far>'))).toContain('- pies.txt: add')
  expect(texts).toContain('look again')
})

test('a thread with nothing that could give way says so, and no model is asked', async () => {
  const { exec, server } = await execCase([{ text: 'Hello.', usage }])
  const first = await exec(['say hello'])
  const result = await exec(['resume', String(first.events[0]?.thread_id), '/compact'])
  expect(result.exitCode).toBe(0)
  expect(completedItems(result, 'notice')).toMatchObject([{ message: expect.stringContaining('Nothing is compacted') }])
  expect(server.requests).toHaveLength(1)
})

test('without a thread, and with a schema, /compact is refused before anything is asked', async () => {
  const { exec, run, home, server } = await execCase([{ text: 'Hello.', usage }], {
    files: { 'schema.json': '{"type":"object"}' },
  })
  const alone = await run(['/compact', 'the pies'])
  expect(alone.exitCode).toBe(2)
  expect(alone.stderr).toContain('/compact makes a thread shorter, and no thread goes on here')
  expect(alone.stderr).toContain('codex resume --last "/compact"')
  expect((await exec(['resume', '--last', '/compact'])).exitCode).toBe(2)
  expect(server.requests).toHaveLength(0)
  expect(home.codexHome).toBeTruthy()
  const first = await exec(['say hello'])
  const id = String(first.events[0]?.thread_id)
  expect((await exec(['resume', id, '--output-schema', 'schema.json', '/compact'])).exitCode).toBe(2)
  expect(server.requests).toHaveLength(1)
})

test('a model that gives no summary leaves the thread as it was, and the next turn goes on from all of it', async () => {
  const { resume, server } = await workedCase([
    ...[
      { text: '  \n ', usage },
      { reasoning: 'Hm.', usage },
      { text: 'Still here.', usage },
    ],
  ])
  const result = await resume('/compact')
  expect(result.exitCode).toBe(1)
  expect(result.events.at(-1)).toMatchObject({ type: 'turn.failed', error: { code: 'thread.compaction' } })
  expect(server.requests).toHaveLength(8)
  expect((await resume('go on')).exitCode).toBe(0)
  const sent = JSON.stringify(sentBody(server, 8).input)
  expect(sent).toContain('apple pie')
  expect(sent).not.toContain('/compact')
})

test('a summary that does not fit the window is asked for with less of the history', async () => {
  const tooLong: ModelTurn = { failure: { kind: 'failed', code: 'context_length_exceeded', message: 'too long' } }
  const { resume, server } = await workedCase([tooLong, tooLong, { text: summary, usage }])
  const result = await resume('/compact', '-c', 'model_context_window=4000')
  expect(completedItems(result, 'context_compaction')).toMatchObject([{ summary }])
  const sizes = [6, 7, 8].map((index) => JSON.stringify(sentBody(server, index).input).length)
  expect(new Set(sizes).size).toBe(3)
  expect(sizes).toEqual([...sizes].sort((a, b) => b - a))
})

test('a window that holds no request for a summary fails the turn, and the thread is as it was', async () => {
  const tooLong: ModelTurn = { failure: { kind: 'failed', code: 'context_length_exceeded', message: 'too long' } }
  const { resume, server, record } = await workedCase([tooLong, tooLong, tooLong])
  const result = await resume('/compact')
  expect(result.exitCode).toBe(1)
  expect(result.events.at(-1)).toMatchObject({
    error: { code: 'provider.context_length', hint: expect.stringContaining('larger window') },
  })
  expect(server.requests).toHaveLength(9)
  expect(await record()).not.toContain('"compacted"')
})

test('a thread that the real Codex has compacted goes on from its summary, with the rules of this program told again', async () => {
  const { id, resume, run, rollouts, server } = await workedCase([{ text: 'Yes.', usage }])
  const said = (role: string, text: string) => ({ type: 'message', role, content: [{ type: 'input_text', text }] })
  const message = `Another language model started to solve this problem and produced a summary of its thinking process. Here it is:\nPEER SUMMARY`
  // As Codex 0.169 writes it: instructions of its own go with each request, and others are left out.
  const payload = { message, replacement_history: [said('user', 'compare the pies'), said('user', message)] }
  const [file = ''] = await rollouts()
  await appendFile(file, `${JSON.stringify({ timestamp: '2026-01-01T00:00:00.000Z', type: 'compacted', payload })}\n`)
  await resume('and now?')
  const sent = inputOf(sentBody(server, 6))
  expect(JSON.stringify(sent)).toContain('PEER SUMMARY')
  expect(JSON.stringify(sent)).not.toContain('apple pie')
  expect(JSON.stringify(sent.filter(({ role }) => role === 'developer'))).toContain('You are Codex')
  expect(JSON.stringify(sent)).toContain('Answer in British English.')
  const { turns } = JSON.parse((await run(['threads', 'show', id, '--json'])).stdout)
  expect(turns.map(({ prompt }: { prompt: string }) => prompt)).toEqual([
    ...['compare the pies', 'how many kinds are there?', 'and now?'],
  ])
})

test('a playbook runs without a model, so /compact says what is missing and keeps the thread', async () => {
  const { id, exec, record } = await workedCase([])
  const before = await record()
  const result = await exec(['resume', id, '--playbook', '/compact'])
  expect(result.exitCode).toBe(1)
  expect(JSON.stringify(result.events) + result.stderr).toMatch(/provider\.unconfigured/)
  expect((await record()).replace(before, '')).not.toContain('"compacted"')
})

test('a command behind exec resume is told once', async () => {
  const { exec, run } = await execCase([{ text: 'one' }])
  await exec(['hi'])
  const { stderr } = await run(['exec', '--skip-git-repo-check', 'resume', '--last', '/compact'])
  expect(stderr.split('/compact')).toHaveLength(2)
  expect(stderr).toContain('Nothing is compacted')
})
