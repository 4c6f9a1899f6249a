import { expect, test } from 'vitest'
import type { ThreadItemBody } from '../plugin-api/index.ts'
import type { ToolStreamEvent } from './dispatch-tool-call.ts'
import { createItemLedger } from './item-ledger.ts'
import { createItemsBesides } from './items-besides.ts'

const notice = (message: string): ThreadItemBody => ({ type: 'notice', message })
const todo = (text: string, completed: boolean): ThreadItemBody => ({ type: 'todo_list', items: [{ text, completed }] })

async function read<Result>(events: AsyncGenerator<ToolStreamEvent, Result>) {
  const told: string[] = []
  let step = await events.next()
  for (; !step.done; step = await events.next()) {
    const { value } = step
    if ('item' in value) told.push(`${value.type} ${value.item.id} ${value.item.type}`)
  }
  return { told, result: step.value }
}

test('what is shown while a call waits comes before the call goes on', async () => {
  const ledger = createItemLedger()
  const items = createItemsBesides()
  const answered = Promise.withResolvers<void>()
  async function* call() {
    yield ledger.add(notice('before'))
    items.show('turn:a', todo('a', false), false)
    await answered.promise
    yield ledger.add(notice('after'))
    return 'done'
  }
  const events = items.beside(call(), ledger)
  const first = [await events.next(), await events.next()]
  expect(first.map(({ value }) => (typeof value === 'object' && 'item' in value ? value.item.type : value))).toEqual([
    'notice',
    'todo_list',
  ])
  items.show('turn:a', todo('a', true), true)
  answered.resolve()
  expect(await read(events)).toEqual({
    told: ['item.completed item_1 todo_list', 'item.completed item_2 notice'],
    result: 'done',
  })
})

test('calls that run side by side tell each item once', async () => {
  const ledger = createItemLedger()
  const items = createItemsBesides()
  const answered = Promise.withResolvers<void>()
  async function* call() {
    await answered.promise
    yield ledger.add(notice('end'))
  }
  const both = [items.beside(call(), ledger), items.beside(call(), ledger)].map(read)
  items.show('a', notice('a'), true)
  items.show('b', notice('b'), true)
  answered.resolve()
  const told = (await Promise.all(both)).flatMap((each) => each.told)
  expect(told.toSorted()).toEqual([0, 1, 2, 3].map((index) => `item.completed item_${index} notice`))
})

test('a call that throws is thrown, behind what was shown', async () => {
  const ledger = createItemLedger()
  const items = createItemsBesides()
  async function* call(): AsyncGenerator<ToolStreamEvent, void> {
    yield ledger.add(notice('before'))
    items.show('a', notice('a'), true)
    throw new Error('it broke')
  }
  const events = items.beside(call(), ledger)
  expect((await events.next()).value).toMatchObject({ item: { message: 'before' } })
  expect((await events.next()).value).toMatchObject({ item: { message: 'a' } })
  await expect(events.next()).rejects.toThrow('it broke')
})

test('what is shown while no call runs is told by whoever asks', () => {
  const ledger = createItemLedger()
  const items = createItemsBesides()
  items.show('a', notice('a'), true)
  expect(items.take(ledger)).toMatchObject([{ type: 'item.completed', item: { message: 'a' } }])
  expect(items.take(ledger)).toEqual([])
})
