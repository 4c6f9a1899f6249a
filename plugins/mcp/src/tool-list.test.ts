import type { SourceTool } from 'codex-kernel/plugin-api'
import { expect, test } from 'vitest'
import { createToolList } from './tool-list.ts'

function tool(name: string, description = ''): SourceTool {
  return { name, description, inputSchema: { type: 'object' }, parallel: false, run: async () => ({ text: '' }) }
}

/** A list whose readings end when they are told to. */
function bench() {
  const readings: PromiseWithResolvers<readonly SourceTool[]>[] = []
  const failures: unknown[] = []
  const list = createToolList(
    () => {
      const reading = Promise.withResolvers<readonly SourceTool[]>()
      readings.push(reading)
      return reading.promise
    },
    (error) => failures.push(error),
  )
  return { list, readings, failures }
}

async function started(tools: readonly SourceTool[]) {
  const { readings, ...rest } = bench()
  const start = rest.list.start()
  readings[0]?.resolve(tools)
  await start
  return { readings, ...rest }
}

test('what changes while the first list is read is a part of what the thread is given', async () => {
  const { list, readings } = bench()
  void list.refresh()
  expect(readings).toHaveLength(0)
  const start = list.start()
  for (let times = 0; times < 3; times++) void list.refresh()
  readings[0]?.resolve([tool('a')])
  await expect.poll(() => readings.length).toBe(2)
  readings[1]?.resolve([tool('a'), tool('b')])
  await start
  expect(list.now().map(({ name }) => name)).toEqual(['a', 'b'])
  expect(list.takeChange()).toBeUndefined()
  expect(readings).toHaveLength(2)
})

test('several changes in a row are read twice and told once', async () => {
  const { list, readings } = await started([tool('a'), tool('b'), tool('c')])
  const all = [list.refresh(), list.refresh(), list.refresh()]
  readings[1]?.resolve([tool('a')])
  await expect.poll(() => readings.length).toBe(3)
  readings[2]?.resolve([tool('a', 'Other.'), tool('b'), tool('d')])
  await Promise.all(all)
  expect(list.takeChange()).toBe('3 before, 3 now (1 new, 1 gone, 1 described anew)')
  expect(list.takeChange()).toBeUndefined()
  expect(readings).toHaveLength(3)
})

test('a list in which a model sees the same is no change, in whatever order', async () => {
  const { list, readings } = await started([tool('a'), tool('b')])
  const refreshed = list.refresh()
  readings[1]?.resolve([tool('b'), { ...tool('a'), parallel: true }])
  await refreshed
  expect(list.takeChange()).toBeUndefined()
  expect(list.now().map(({ parallel }) => parallel)).toEqual([false, true])
})

test('a list that cannot be read again stays as it was, and the next one is read', async () => {
  const { list, readings, failures } = await started([tool('a')])
  const first = list.refresh()
  readings[1]?.reject(new Error('lost'))
  await first
  expect(failures).toEqual([new Error('lost')])
  expect(list.now()).toHaveLength(1)
  const second = list.refresh()
  readings[2]?.resolve([])
  await second
  expect(list.takeChange()).toBe('1 before, 0 now (1 gone)')
})

test('a first list that cannot be read is an error', async () => {
  const { list, readings } = bench()
  const start = list.start()
  void list.refresh()
  readings[0]?.reject(new Error('lost'))
  await expect(start).rejects.toThrow('lost')
})
