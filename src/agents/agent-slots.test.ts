import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type AgentSlot, createAgentSlots } from './agent-slots.ts'

const { signal } = new AbortController()

test('no more agents run at the same time than there is room for, also where agents hand work on, and all of them end', async () => {
  /** An agent, and those that it hands work to, one after the other or together. */
  interface Agent {
    readonly together: boolean
    readonly children: readonly Agent[]
  }
  const { agent } = fc.letrec<{ agent: Agent }>((tie) => ({
    agent: fc.record({
      together: fc.boolean(),
      children: fc.oneof({ depthSize: 'small' }, fc.constant([]), fc.array(tie('agent'), { maxLength: 3 })),
    }),
  }))
  const trees = fc.array(agent, { minLength: 1, maxLength: 5 })
  await fc.assert(
    fc.asyncProperty(trees, fc.integer({ min: 1, max: 4 }), async (roots, most) => {
      const slots = createAgentSlots(most)
      let running = 0
      let peak = 0
      const work = async () => {
        running += 1
        peak = Math.max(peak, running)
        await new Promise((resolve) => setImmediate(resolve))
        running -= 1
      }
      const run = async ({ children, together }: Agent, parent?: AgentSlot): Promise<void> => {
        const begin = async () => {
          const slot = await slots.take(signal)
          try {
            await work()
            if (together) await Promise.all(children.map((child) => run(child, slot)))
            else for (const child of children) await run(child, slot)
            await work()
          } finally {
            slot.release()
          }
        }
        await (parent ? parent.lend(begin, signal) : begin())
      }
      await Promise.all(roots.map((root) => run(root)))
      expect(peak).toBeLessThanOrEqual(most)
      await Promise.all(Array.from({ length: most }, () => slots.take(signal))) // all of the room came back
    }),
    { numRuns: 200 },
  )
})

test('an abort takes one wish away, and the room goes to the next', async () => {
  const slots = createAgentSlots(1)
  const first = await slots.take(signal)
  const stop = new AbortController()
  const taken = slots.take(stop.signal)
  const next = slots.take(signal)
  stop.abort(new Error('stopped'))
  await expect(taken).rejects.toThrow('stopped')
  first.release()
  const held = await next
  held.release()
  held.release()
  await slots.take(signal)
  let isFree = false
  const third = slots.take(signal).then(() => {
    isFree = true
  })
  await Promise.race([third, new Promise((resolve) => setImmediate(resolve))])
  expect(isFree).toBe(false)
})

test('an agent that is stopped while it waits for room again holds none', async () => {
  const slots = createAgentSlots(1)
  const slot = await slots.take(signal)
  const stop = new AbortController()
  const lent = slot.lend(async () => void (await slots.take(signal)), stop.signal)
  stop.abort(new Error('stopped'))
  await expect(lent).rejects.toThrow('stopped')
  slot.release()
})
