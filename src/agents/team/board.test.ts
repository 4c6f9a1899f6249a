import { expect, test } from 'vitest'
import { boardBounds, createBoard } from './board.ts'

const set = (board: ReturnType<typeof createBoard>, key: string, value: string | null, version: number) =>
  board.set({ key, value, version, author: '/root/a' })

test('a value is set where nobody has set another one since it was read', () => {
  const board = createBoard()
  const first = set(board, 'plan', 'one', 0)
  expect(first).toEqual({ key: 'plan', value: 'one', version: 1, author: '/root/a' })
  expect(() => set(board, 'plan', 'two', 0)).toThrow(/version 0 was expected, and it has version 1, set by \/root\/a/)
  expect(board.get('plan')?.value).toBe('one')
  expect(set(board, 'plan', 'two', 1)?.version).toBe(2)
})

test('a key that was taken away and set again has another version', () => {
  const board = createBoard()
  set(board, 'k', 'one', 0)
  expect(set(board, 'k', null, 1)).toBeUndefined()
  expect(board.get('k')).toBeUndefined()
  set(board, 'k', 'again', 0)
  expect(() => set(board, 'k', 'late', 1)).toThrow(expect.objectContaining({ code: 'agents.board_version' }))
})

test('keys are listed by prefix, in order', () => {
  const board = createBoard()
  for (const key of ['b/2', 'a', 'b/1']) set(board, key, key, 0)
  expect(board.list('b/').map(({ key }) => key)).toEqual(['b/1', 'b/2'])
  expect(board.list('')).toHaveLength(3)
})

test.each(['', ' ', '../x', 'a b', 'ä', 'x'.repeat(129)])('%j is no key', (key) => {
  expect(() => createBoard().get(key)).toThrow(expect.objectContaining({ code: 'agents.board' }))
})

test('a board holds so many keys and bytes, and what is refused changes nothing', () => {
  const board = createBoard()
  expect(() => set(board, 'k', 'x'.repeat(boardBounds.valueBytes + 1), 0)).toThrow(/too large/)
  const full = createBoard()
  for (let index = 0; index < boardBounds.keys; index += 1) set(full, `k${index}`, 'x', 0)
  expect(() => set(full, 'more', 'x', 0)).toThrow(/256 keys already/)
  expect(set(full, 'k0', 'y', 1)?.value).toBe('y')
  const heavy = createBoard()
  const value = 'x'.repeat(boardBounds.valueBytes - 10)
  let count = 0
  const fill = () => {
    for (; count < 100; count += 1) set(heavy, `k${count}`, value, 0)
  }
  expect(fill).toThrow(/would hold/)
  expect(heavy.list('')).toHaveLength(count)
  // Room that is given back can be used again.
  set(heavy, 'k0', null, 1)
  expect(set(heavy, 'again', value, 0)?.key).toBe('again')
})
