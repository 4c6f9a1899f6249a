import { appendFile, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { execCase } from '../support/exec-case.ts'

const patch = '*** Begin Patch\n*** Add File: notes.txt\n+remember\n*** End Patch\n'

/** Two threads: one that ran a command and wrote a file, one whose request failed. */
async function twoThreads() {
  const made = await execCase([
    { calls: [{ shell: 'echo zebra' }, { name: 'apply_patch', input: patch }] },
    { text: 'The *parser* is whole now.', usage: { input: 10, output: 5 } },
    { failure: { kind: 'status', status: 400, body: { error: { message: 'no' } } } },
  ])
  const first = await made.exec(['-s', 'workspace-write', 'mend the parser\nand nothing else'])
  const second = await made.exec(['say <script>alert(1)</script>'])
  const idOf = ({ events }: typeof first) => String(events[0]?.thread_id)
  return { ...made, first: idOf(first), second: idOf(second) }
}

test('threads of this directory are listed, the newest first, and those of others with --all', async () => {
  const { run, first, second, home } = await twoThreads()
  const { stdout } = await run(['threads', 'list', '--json'])
  const listed = JSON.parse(stdout)
  expect(listed).toMatchObject([
    { id: second, title: 'say <script>alert(1)</script>', turns: 1, archived: false },
    { id: first, title: 'mend the parser', turns: 1, tokens: 15, model: 'scripted-model', source: 'exec' },
  ])
  const elsewhere = await run(['threads', 'list', '-C', home.homeDir])
  expect(elsewhere.stdout).toContain('No threads were begun in this directory')
  const all = await run(['threads', 'list', '--all', '-C', home.homeDir])
  expect(all.stdout).toContain(first.slice(0, 13))
})

test('a thread is called by what was asked, also where an image with it could not be read', async () => {
  const { exec, run } = await execCase([{ text: 'ok' }])
  await exec(['-i', 'none.png', '--', 'what is wrong here?'])
  const { stdout } = await run(['threads', 'list', '--json'])
  expect(JSON.parse(stdout)).toMatchObject([{ title: 'what is wrong here?' }])
})

test('words are found in prompts, answers, commands and files, parts of words too', async () => {
  const { run, first } = await twoThreads()
  for (const [word, kind] of [
    ['nothing else', 'prompt'],
    ['whole', 'answer'],
    ['zebr', 'command'],
    ['notes.txt', 'file'],
  ] as const) {
    const { stdout } = await run(['threads', 'search', word, '--json'])
    expect(JSON.parse(stdout), word).toEqual([
      expect.objectContaining({ kind, thread: expect.objectContaining({ id: first }) }),
    ])
  }
  expect((await run(['threads', 'search', 'nowhere'])).stdout).toBe('Nothing was found.\n')
})

test('a thread is shown and exported with all that was asked, done and answered', async () => {
  const { run, first, second, workspace } = await twoThreads()
  const shown = await run(['threads', 'show', first.slice(0, 13)])
  for (const part of [
    '> mend the parser',
    '> and nothing else',
    'zebra',
    'exit 0',
    'notes.txt',
    'The *parser* is whole now.',
  ]) {
    expect(shown.stdout).toContain(part)
  }
  const failed = JSON.parse((await run(['threads', 'show', second, '--json'])).stdout)
  expect(failed.turns).toMatchObject([{ status: 'failed', prompt: 'say <script>alert(1)</script>' }])
  const markdown = (await run(['threads', 'export', first])).stdout
  expect(markdown).toContain('> mend the parser')
  expect(markdown).toContain('```text\nzebra\n```')
  await run(['threads', 'export', second, '--output', 'thread.html'])
  const page = await readFile(join(workspace.path, 'thread.html'), 'utf8')
  expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt;')
  expect(page).not.toContain('<script')
})

test('a thread is found by the name that it was given, put away compressed, taken out again, and deleted', async () => {
  const { run, exec, first, second, home, rollouts } = await twoThreads()
  await run(['threads', 'rename', second, 'another \u00fc name'])
  await run(['threads', 'rename', first, ' my   parser '])
  const resumed = await exec(['resume', 'my parser', 'again'])
  expect(resumed.events[0]).toEqual({ type: 'thread.started', thread_id: first })
  expect((await run(['threads', 'list'])).stdout).toContain('my parser')
  const [before = ''] = await rollouts()
  const text = await readFile(before, 'utf8')
  expect((await run(['threads', 'archive', 'my parser'])).stdout).toBe(`Archived session ${first}.\n`)
  expect(await readdir(join(home.codexHome, 'archived_sessions'))).toEqual([
    expect.stringMatching(`${first}\\.jsonl\\.zst$`),
  ])
  expect((await run(['threads', 'list'])).stdout).not.toContain('my parser')
  expect((await exec(['resume', first, 'again'])).stderr).toContain('codex threads unarchive')
  expect((await run(['threads', 'list', '--archived'])).stdout).toContain('(archived) my parser')
  expect((await run(['threads', 'search', 'zebra', '--archived'])).stdout).toContain('my parser')
  expect((await run(['threads', 'show', 'my parser'])).stdout).toContain('zebra')
  await run(['threads', 'unarchive', 'my parser'])
  expect(await readFile(before, 'utf8')).toBe(text)
  const refused = await run(['threads', 'delete', 'my parser'])
  expect([refused.exitCode, await rollouts()]).toEqual([2, expect.arrayContaining([before])])
  expect((await run(['threads', 'delete', 'my parser', '--force'])).stdout).toBe(`Deleted session ${first}.\n`)
  expect(await rollouts()).not.toContain(before)
  const names = await readFile(join(home.codexHome, 'session_index.jsonl'), 'utf8')
  expect(names).not.toMatch(new RegExp(`${first}|my parser`))
  expect((await run(['threads', 'list'])).stdout).toContain('another \u00fc name')
})

test('a list says that there are more threads, and shows what drives a terminal as it is written', async () => {
  const { run, first } = await twoThreads()
  await run(['threads', 'rename', first, 'red \u001b[31m name'])
  const cut = await run(['threads', 'list', '--limit', '1'])
  expect(cut.stderr).toContain('there are more: --limit')
  expect(cut.stdout.trim().split('\n')).toHaveLength(1)
  const all = await run(['threads', 'list', '--limit', '2'])
  expect(all).toMatchObject({ stderr: '', stdout: expect.stringContaining('red \\x1b[31m name') })
})

test('broken records, a damaged index and unknown names are said, and hide nothing else', async () => {
  const { run, first, second, home, rollouts } = await twoThreads()
  const [file = '', other = ''] = await rollouts()
  await appendFile(file, 'not json\n{"torn":')
  await writeFile(other, 'garbage\n')
  await run(['threads', 'list'])
  await writeFile(join(home.codexHome, 'cache', 'threads.sqlite'), 'this is no database')
  const listed = JSON.parse((await run(['threads', 'list', '--json'])).stdout)
  expect(listed).toMatchObject([{ id: first }])
  expect((await run(['threads', 'show', first, '--json'])).stdout).toContain('"unreadableLines": 1')
  const damaged = await run(['threads', 'show', second])
  expect([damaged.exitCode, damaged.stderr]).toEqual([1, expect.stringContaining('rollout.unreadable')])
  const unknown = await run(['threads', 'show', 'no such name'])
  expect([unknown.exitCode, unknown.stderr]).toEqual([1, expect.stringContaining('thread.not_found')])
  expect((await stat(join(home.codexHome, 'cache', 'threads.sqlite'))).mode & 0o777).toBe(0o600)
})

test('codex stats sums tokens, requests and calls of tools by day, model and agent, with cost where a price is known', async () => {
  const { run, home } = await twoThreads()
  const { stdout } = await run([
    'stats',
    '--by',
    'model',
    '--json',
    '-c',
    'model_prices."scripted-model"={input=1000,output=2000}',
  ])
  expect(JSON.parse(stdout)).toMatchObject({
    sums: [{ requests: 2, input_tokens: 10, output_tokens: 5, cost: expect.closeTo(0.02), tools: { apply_patch: 1 } }],
    tools: [
      { tool: 'apply_patch', calls: 1 },
      { tool: expect.stringMatching(/exec_command|shell/), calls: 1 },
    ],
    threads: 2,
  })
  expect((await run(['stats', '--here', '-C', home.homeDir])).stdout).toBe('No requests to models are recorded.\n')
  const text = (await run(['stats'])).stdout
  expect(text).toContain('cost unknown')
  expect(text).toMatch(/2 calls .*\n\n2 threads, .*\n\napply_patch +1 call\n/)
  expect(text).not.toContain('█')
})

test('a time that is no whole date is refused, and nothing is listed', async () => {
  const { run } = await execCase([])
  for (const since of ['5', 'yesterday', 'May']) {
    const result = await run(['stats', '--since', since])
    expect(result).toMatchObject({ exitCode: 2, stdout: '', stderr: expect.stringContaining('2026-01-31') })
  }
  expect(await run(['threads', 'list', '--since', '2026-01-31'])).toMatchObject({ exitCode: 0 })
})
