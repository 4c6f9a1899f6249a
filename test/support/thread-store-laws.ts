import { expect, test } from 'vitest'
import type { HistoryItem, ThreadEvent, ThreadMeta } from '../../src/plugin-api/index.ts'
import { findStoredThread, newestStoredThread, threadIdFrom } from '../../src/thread/find-stored-thread.ts'
import { forkStoredThread } from '../../src/thread/fork-stored-thread.ts'
import { openThreadLibrary } from '../../src/thread/library/open-thread-library.ts'
import { rolloutOf } from '../../src/thread/rollout.ts'
import { storedLines } from '../../src/thread/stored-lines.ts'
import type { ThreadStore } from '../../src/thread/thread-store.ts'

const signal = new AbortController().signal
const deps = { now: () => new Date('2026-03-04T05:06:07.089Z') }
const first = '01970000-0000-7000-8000-000000000001'
const second = '01970000-0000-7000-8000-000000000002'

function meta(id: string, more: Partial<ThreadMeta> = {}): ThreadMeta {
  const about = { originator: 'test', cli_version: '1', source: 'exec', model_provider: 'p' }
  return { id, timestamp: '2026-03-04T05:06:07.089Z', cwd: '/w', ...about, ...more }
}

function said(role: 'user' | 'assistant', text: string): HistoryItem {
  const type = role === 'user' ? 'input_text' : 'output_text'
  return { type: 'message', role, content: [{ type, text }] }
}

/** What a turn leaves. */
function turn(prompt: string, answer: string): readonly ThreadEvent[] {
  return [
    { type: 'turn.started' },
    { type: 'response_item', item: said('user', prompt) },
    { type: 'response_item', item: said('assistant', answer) },
  ]
}

async function begin(store: ThreadStore, about: ThreadMeta, events: readonly ThreadEvent[]): Promise<void> {
  const rollout = rolloutOf(await store.create(about.id), { ordinal: 0 }, deps)
  rollout.append({ type: 'thread.started', thread_id: about.id, meta: about }, 'turn')
  for (const event of events) rollout.append(event, 'turn')
  await rollout.sync()
  await rollout.close()
}

/** What holds of every store of threads. `open` gives an empty one and a folder for the index, both gone when the test ends. */
export function threadStoreLaws(
  open: () => Promise<{ readonly store: ThreadStore; readonly directory: string }>,
): void {
  test('a thread that was kept is gone on with, and its lines are counted on', async () => {
    const { store } = await open()
    await begin(store, meta(first), turn('question', 'answer'))
    const found = await findStoredThread(first, store)
    expect(found.record.history).toEqual([said('user', 'question'), said('assistant', 'answer')])
    const rollout = rolloutOf(await store.reopen(found), { ordinal: found.record.nextOrdinal }, deps)
    for (const event of turn('more', 'and more')) rollout.append(event, 'turn')
    await rollout.close()
    const lines = [...store.lines(found.kept, 0)].map(({ line }) => line)
    expect(lines.map((line) => line?.ordinal)).toEqual([0, 1, 2, 3, 4, 5, 6])
    expect((await findStoredThread(first, store)).record.history).toHaveLength(4)
  })

  test('lines are given from an offset on', async () => {
    const { store } = await open()
    await begin(store, meta(first), turn('question', 'answer'))
    const { kept } = await findStoredThread(first, store)
    const all = [...store.lines(kept, 0)]
    expect([...store.lines(kept, all[1]?.end ?? 0)]).toEqual(all.slice(2))
    expect(all.at(-1)?.end).toBe(store.stateOf(kept)?.sizeBytes)
  })

  test('one writer at a time, and nothing is moved or deleted meanwhile', async () => {
    const { store } = await open()
    await begin(store, meta(first), turn('question', 'answer'))
    const found = await findStoredThread(first, store)
    store.assertFree(first)
    const writer = await store.reopen(found)
    expect(() => store.assertFree(first)).toThrow(expect.objectContaining({ code: 'thread.busy' }))
    const busy = { code: 'thread.busy' }
    await expect(store.reopen(found)).rejects.toMatchObject(busy)
    await expect(store.archive(found.kept, signal)).rejects.toMatchObject(busy)
    await expect(store.delete(found.kept)).rejects.toMatchObject(busy)
    await writer.close()
    await (await store.reopen(found)).close()
  })

  test('one that grew since it was read is not gone on with from what was read', async () => {
    const { store } = await open()
    await begin(store, meta(first), turn('question', 'answer'))
    const found = await findStoredThread(first, store)
    const rollout = rolloutOf(await store.reopen(found), { ordinal: 4 }, deps)
    rollout.append({ type: 'turn.started' }, 'turn')
    await rollout.close()
    await expect(store.reopen(found)).rejects.toMatchObject({ code: 'thread.busy' })
    await (await store.reopen(await findStoredThread(first, store))).close()
  })

  test('the newest is that of the directory that a person began last', async () => {
    const { store } = await open()
    await begin(store, meta(first), turn('question', 'answer'))
    await begin(store, meta(second, { cwd: '/other' }), [])
    await begin(store, meta(`${second.slice(0, -1)}3`, { parent_thread_id: first }), [])
    expect((await newestStoredThread('/w', store))?.kept.threadId).toBe(first)
    expect((await newestStoredThread(undefined, store))?.kept.threadId).toBe(second)
    expect(await newestStoredThread('/nowhere', store)).toBeUndefined()
    expect(threadIdFrom(second, store)).toBe(second)
    expect(() => threadIdFrom(first.slice(0, 8), store)).toThrow(expect.objectContaining({ code: 'thread.ambiguous' }))
  })

  test('a fork has the history, and grows by itself', async () => {
    const { store } = await open()
    await begin(store, meta(first), turn('question', 'answer'))
    const parent = await findStoredThread(first, store)
    const lines = [...storedLines(parent.kept, store)].filter((line) => line !== undefined)
    await forkStoredThread(lines, meta(second, { forked_from_id: first }), store, deps)
    const fork = await findStoredThread(second, store)
    expect(fork.record.history).toEqual(parent.record.history)
    expect(fork.record.nextOrdinal).toBe(lines.length + 1)
  })

  test('one that is put away is found, searched and shown, and gone on with once it is taken out', async () => {
    const { store, directory } = await open()
    await begin(store, meta(first), turn('an unusual question', 'answer'))
    const library = openThreadLibrary({ codexHome: directory, cwd: '/w' }, store)
    await library.rename(first, 'kept well', signal)
    expect(await library.archive('kept well', signal)).toMatchObject({ id: first, archived: true, turns: 1 })
    await expect(findStoredThread(first, store)).rejects.toMatchObject({
      code: 'thread.not_found',
      hint: expect.stringContaining('unarchive'),
    })
    expect(await library.list({}, signal)).toEqual([])
    expect(await library.search(['unusual'], { archived: 'also' }, signal)).toMatchObject([{ thread: { id: first } }])
    expect((await library.read(first, signal)).turns.map(({ prompt }) => prompt)).toEqual(['an unusual question'])
    await library.unarchive(first, signal)
    expect((await findStoredThread(first, store)).record.history).toHaveLength(2)
    expect(await library.list({}, signal)).toMatchObject([{ id: first, name: 'kept well' }])
  })

  test('one that is deleted is gone', async () => {
    const { store, directory } = await open()
    await begin(store, meta(first), [])
    const library = openThreadLibrary({ codexHome: directory, cwd: '/w' }, store)
    await library.delete(first, signal)
    await expect(findStoredThread(first, store)).rejects.toMatchObject({ code: 'thread.not_found' })
    expect(await library.list({}, signal)).toEqual([])
    expect(store.records()).toEqual([])
  })
}
