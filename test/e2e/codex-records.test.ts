import { readFile, rename, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { execCase, inputOf, jsonLines, toolOutputs, userTexts } from '../support/exec-case.ts'

// Records that the real Codex 0.169 wrote against a scripted server; long texts are cut, paths are made up.
const fixtures = new URL('../fixtures/codex-records/', import.meta.url)
const names = ['shell-patch-search-compaction', 'fork-1-parent', 'fork-2-child', 'fork-3-grandchild'] as const

async function withRecords(turns: Parameters<typeof execCase>[0]) {
  const records = await Promise.all(
    names.map(async (name) => {
      const text = await readFile(new URL(`${name}.jsonl`, fixtures), 'utf8')
      const [first = {}] = jsonLines(text)
      const { id } = first.payload as { readonly id: string } // of session_meta
      return { name, id, path: `sessions/2026/11/21/rollout-2026-11-21T16-44-22-${id}.jsonl`, text }
    }),
  )
  const session = await execCase(turns, { home: Object.fromEntries(records.map(({ path, text }) => [path, text])) })
  const recordOf = (name: (typeof names)[number]) => {
    const found = records.find((record) => record.name === name)
    if (!found) throw new Error(`no record ${name}`)
    return { ...found, file: join(session.home.codexHome, found.path) }
  }
  return { ...session, recordOf }
}

const typesOf = (body: Readonly<Record<string, unknown>>) => inputOf(body).map(({ type }) => type)

test('a thread of Codex goes on from its compaction, and its lines are counted on', async () => {
  const { exec, server, recordOf } = await withRecords([{ text: 'gone on' }])
  const { id, file, text } = recordOf('shell-patch-search-compaction')
  const resumed = await exec(['resume', id, 'go on'])
  expect(resumed.exitCode).toBe(0)
  expect(JSON.stringify(resumed.events)).not.toContain('passed over')
  const [body = {}] = server.requests.map((request) => request.body)
  const said = userTexts(body)
  expect(said).toEqual(expect.arrayContaining(['do it', 'again', 'more', 'go on']))
  expect(said.some((each) => each.startsWith('Another language model'))).toBe(true)
  expect(JSON.stringify(body)).not.toContain('internal_chat_message')
  const after = await readFile(file, 'utf8')
  expect(after.startsWith(text)).toBe(true)
  const ordinals = jsonLines(after).map(({ ordinal }) => ordinal)
  expect(ordinals).toEqual(ordinals.map((_, index) => index))
})

test('before it was compacted, every item of it was sent on: reasoning, calls, outputs, a patch, a search', async () => {
  const { exec, server, recordOf } = await withRecords([{ text: 'gone on' }])
  const { id, file, text } = recordOf('shell-patch-search-compaction')
  const before = text.split('\n').slice(
    0,
    jsonLines(text).findIndex(({ type }) => type === 'compacted'),
  )
  await writeFile(file, `${before.join('\n')}\n`)
  expect((await exec(['resume', id, 'go on'])).exitCode).toBe(0)
  const [body = {}] = server.requests.map((request) => request.body)
  expect(typesOf(body).filter((type) => type !== 'message')).toEqual([
    'reasoning',
    'function_call',
    'function_call_output',
    'custom_tool_call',
    'custom_tool_call_output',
    'web_search_call',
  ])
  expect(toolOutputs(body).call_1_0).toContain('hello\none\ntwo\n')
  expect(inputOf(body).find(({ type }) => type === 'web_search_call')).toMatchObject({
    id: 'ws_3',
    action: { type: 'search', query: 'node sqlite' },
  })
  expect(inputOf(body).find(({ type }) => type === 'reasoning')).toMatchObject({ encrypted_content: 'sealed-1' })
  expect(JSON.stringify(body)).not.toContain('internal_chat_message')
})

test('a fork of a fork, as Codex keeps them, goes on from all three records, also where one was put away', async () => {
  const { exec, run, server, recordOf } = await withRecords([{ text: 'a' }, { text: 'b' }])
  const { id } = recordOf('fork-3-grandchild')
  expect((await exec(['resume', id, 'five'])).exitCode).toBe(0)
  expect((await run(['threads', 'archive', recordOf('fork-1-parent').id])).exitCode).toBe(0)
  expect((await exec(['resume', id, 'six'])).exitCode).toBe(0)
  const [first = [], second = []] = server.requests.map(({ body }) =>
    userTexts(body).filter((text) => !text.startsWith('<')),
  )
  expect(first.slice(-5)).toEqual(['one', 'two', 'three', 'four', 'five'])
  expect(second.slice(-6)).toEqual(['one', 'two', 'three', 'four', 'five', 'six'])
})

test('a fork, as Codex keeps it, is forked at a turn of its parent; the copy needs no other record', async () => {
  const { exec, run, server, recordOf } = await withRecords([{ text: 'a' }, { text: 'b' }])
  const forked = await exec(['fork', '--at', '2', recordOf('fork-3-grandchild').id, 'another three'])
  expect(forked).toMatchObject({ exitCode: 0, stderr: '' })
  for (const name of ['fork-3-grandchild', 'fork-2-child', 'fork-1-parent'] as const) {
    await run(['threads', 'delete', recordOf(name).id, '--force'])
  }
  expect((await exec(['resume', String(forked.events[0]?.thread_id), 'four'])).exitCode).toBe(0)
  const said = server.requests.map(({ body }) => userTexts(body).filter((text) => !text.startsWith('<')))
  expect(said.map((texts) => texts.slice(-4))).toEqual([
    expect.arrayContaining(['one', 'two', 'another three']),
    ['one', 'two', 'another three', 'four'],
  ])
})

test('a fork whose parent is gone is refused, and says which record is missing', async () => {
  const { exec, server, recordOf } = await withRecords([{ text: 'a' }])
  const parent = recordOf('fork-1-parent')
  await rename(parent.file, join(dirname(dirname(parent.file)), basename(parent.file).replace('rollout', 'elsewhere')))
  const refused = await exec(['resume', recordOf('fork-3-grandchild').id, 'five'])
  expect(refused).toMatchObject({ exitCode: 1, stdout: '' })
  expect(refused.stderr).toContain(`goes on from thread ${parent.id}, which is not kept here`)
  expect(server.requests).toEqual([])
})

test('what Codex kept is listed, found and shown', async () => {
  const { run, recordOf } = await withRecords([])
  const { id } = recordOf('shell-patch-search-compaction')
  const listed = await run(['threads', 'list', '--all', '--json'])
  const lists = JSON.parse(listed.stdout) as readonly { readonly id: string; readonly turns: number }[]
  expect(lists).toHaveLength(4)
  expect(lists.find((thread) => thread.id === id)).toMatchObject({ title: 'do it', turns: 3, cwd: '/workspace' })
  const shown = await run(['threads', 'show', id])
  expect(shown.exitCode).toBe(0)
  for (const part of ['$ echo hello; cat a.txt', 'hello', 'b.txt', 'node sqlite', 'summarised']) {
    expect(shown.stdout).toContain(part)
  }
  const fork = await run(['threads', 'show', recordOf('fork-3-grandchild').id, '--json'])
  const { turns } = JSON.parse(fork.stdout) as { readonly turns: readonly { readonly prompt: string }[] }
  expect(turns.map(({ prompt }) => prompt)).toEqual(['one', 'two', 'three', 'four'])
})
