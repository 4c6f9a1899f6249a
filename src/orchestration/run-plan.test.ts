import fc from 'fast-check'
import { expect, test } from 'vitest'
import { planNeeds, tasksBefore } from '../plugin-api/plan-graph.ts'
import type { RunEvent, TaskInput, TaskResult } from '../plugin-api/run.ts'
import { strategies, type Task, type TaskGate, taskSchema } from '../plugin-api/workflow.ts'
import { type AssignedTask, type RunPlanDeps, runPlan } from './run-plan.ts'

const { signal } = new AbortController()
const turn = () => new Promise((resolve) => setImmediate(resolve))
const done = (text = 'ok'): TaskResult => ({ status: 'done', text, findings: [] })
const failed = (message = 'no'): TaskResult => ({ status: 'failed', error: { message }, findings: [] })

const taskOf = (given: Partial<Task> & { readonly id: string }): Task =>
  taskSchema.parse({ title: given.id, prompt: 'Do it.', agent: 'a', ...given })

const assigned = (tasks: readonly Task[]): readonly AssignedTask[] => tasks.map((task) => ({ task, agent: 'a' }))

type Work = (task: Task, inputs: readonly TaskInput[], abort: AbortSignal) => Promise<TaskResult>

function depsOf(work: Work, agree: RunPlanDeps['agree'] = async () => undefined): RunPlanDeps {
  return {
    // biome-ignore lint/correctness/useYield: a thread that says nothing on its way
    async *runTask({ task, inputs }, abort) {
      return await work(task, inputs, abort)
    },
    agree,
    newThreadId: () => 'thread',
    nowMs: () => 0,
  }
}

/** The states of each task in the order in which the stream told them, and the events themselves. */
async function statesOf(stream: AsyncIterable<RunEvent>) {
  const states = new Map<string, string[]>()
  for await (const event of stream) {
    if (!('item' in event) || event.item.type !== 'task') continue
    const { task_id: id, state } = event.item
    const known = states.get(id) ?? []
    if (known.at(-1) !== state) known.push(state)
    states.set(id, known)
  }
  return states
}

const lastStates = async (tasks: readonly Task[], work: Work, agree?: RunPlanDeps['agree']) => {
  const plan = { plan: { strategy: 'hybrid' as const }, tasks: assigned(tasks), maxParallel: 4 }
  const states = await statesOf(runPlan(plan, depsOf(work, agree), signal))
  return Object.fromEntries([...states].map(([id, each]) => [id, each.at(-1)]))
}

test('no task starts before what it needs has ended, never more than there is room for, and each ends once, whatever fails', async () => {
  const shapes = fc.array(
    fc.record({
      needs: fc.array(fc.nat(20)),
      ends: fc.constantFrom('done', 'failed', 'blocked', 'throws', 'flaky'),
      required: fc.boolean(),
      retries: fc.nat(2),
      turns: fc.nat(3),
    }),
    { minLength: 1, maxLength: 9 },
  )
  await fc.assert(
    fc.asyncProperty(
      shapes,
      fc.constantFrom(...strategies),
      fc.integer({ min: 1, max: 4 }),
      async (given, strategy, most) => {
        const tasks = given.map(({ needs, required, retries }, index) =>
          taskOf({
            id: `t${index}`,
            needs: needs.filter((each) => each < index).map((each) => `t${each}`),
            required,
            retries,
          }),
        )
        const before = tasksBefore(planNeeds({ strategy, tasks }))
        const ended = new Set<string>()
        const begun = new Map<string, number>()
        let running = 0
        const work: Work = async ({ id }) => {
          const attempt = (begun.get(id) ?? 0) + 1
          begun.set(id, attempt)
          running += 1
          expect(running).toBeLessThanOrEqual(most)
          expect([...(before.get(id) ?? [])].filter((each) => !ended.has(each))).toEqual([])
          const { ends, turns } = given[Number(id.slice(1))] ?? { ends: 'done', turns: 0 }
          for (let index = 0; index < turns; index += 1) await turn()
          running -= 1
          if (ends === 'throws') throw new Error('thrown')
          if (ends === 'failed' || (ends === 'flaky' && attempt === 1)) return failed()
          return ends === 'blocked' ? { status: 'blocked', error: { message: 'needs a model' }, findings: [] } : done()
        }
        const states = new Map<string, string[]>()
        const stream = runPlan({ plan: { strategy }, tasks: assigned(tasks), maxParallel: most }, depsOf(work), signal)
        for await (const event of stream) {
          if (!('item' in event) || event.item.type !== 'task') continue
          states.set(event.item.task_id, [...(states.get(event.item.task_id) ?? []), event.item.state])
          if (event.type === 'item.completed') ended.add(event.item.task_id)
        }
        for (const { id, retries } of tasks) {
          const told = states.get(id) ?? []
          expect(told.filter((state) => ['blocked', 'done', 'failed', 'cancelled'].includes(state))).toHaveLength(1)
          expect(begun.get(id) ?? 0).toBeLessThanOrEqual(retries + 1)
        }
      },
    ),
    { numRuns: 150 },
  )
})

test('a task begins with what those that it needs have to say, and without what is not required and failed', async () => {
  const got: Record<string, readonly TaskInput[]> = {}
  const tasks = [taskOf({ id: 'a' }), taskOf({ id: 'b', required: false }), taskOf({ id: 'c', needs: ['b', 'a'] })]
  const states = await lastStates(tasks, async ({ id }, inputs) => {
    got[id] = inputs
    return id === 'b' ? failed('it broke') : done(`by ${id}`)
  })
  expect(states).toEqual({ a: 'done', b: 'failed', c: 'done' })
  expect(got.c?.map(({ task, state, text, reason }) => ({ task, state, text, reason }))).toEqual([
    { task: 'a', state: 'done', text: 'by a', reason: undefined },
    { task: 'b', state: 'failed', text: undefined, reason: 'it broke' },
  ])
})

test('what needs a required task that is not done is blocked, and never begins', async () => {
  const begun: string[] = []
  const tasks = [taskOf({ id: 'a' }), taskOf({ id: 'b', needs: ['a'] }), taskOf({ id: 'c', needs: ['b'] })]
  const states = await lastStates(tasks, async ({ id }) => {
    begun.push(id)
    return failed()
  })
  expect([states, begun]).toEqual([{ a: 'failed', b: 'blocked', c: 'blocked' }, ['a']])
})

test.each<readonly [string, TaskGate, string, boolean | undefined, string]>([
  ['a result', { type: 'result', task: 'a', is: 'failed' }, 'failed', undefined, 'done'],
  ['another result', { type: 'result', task: 'a', is: 'failed' }, 'done', undefined, 'blocked'],
  ['a person who says yes', { type: 'person', question: 'Go on?' }, 'done', true, 'done'],
  ['a person who says no', { type: 'person', question: 'Go on?' }, 'done', false, 'blocked'],
  ['nobody', { type: 'person', question: 'Go on?' }, 'done', undefined, 'blocked'],
])('a gate on %s decides whether a task begins', async (_, gate, end, answer, expected) => {
  const tasks = [taskOf({ id: 'a' }), taskOf({ id: 'b', needs: ['a'], gates: [gate] })]
  const work: Work = async ({ id }) => (id === 'a' && end === 'failed' ? failed() : done())
  expect((await lastStates(tasks, work, async () => answer)).b).toBe(expected)
})

test('an attempt that takes too long has failed, and the next one may be done', async () => {
  let attempts = 0
  const work: Work = async (_, __, abort) => {
    attempts += 1
    if (attempts === 2) return done()
    await new Promise((resolve) => abort.addEventListener('abort', resolve, { once: true }))
    throw abort.reason
  }
  expect(await lastStates([taskOf({ id: 'a', timeout_ms: 5, retries: 1 })], work)).toEqual({ a: 'done' })
  attempts = 2
  const [last] = Object.values(await lastStates([taskOf({ id: 'a', timeout_ms: 5 })], work))
  expect(last).toBe('failed')
})

test('when the run is stopped what runs ends, and nothing begins any more', async () => {
  const stop = new AbortController()
  const begun: string[] = []
  const work: Work = async ({ id }, _, abort) => {
    begun.push(id)
    if (id === 'a') return done()
    stop.abort(new Error('enough'))
    abort.throwIfAborted()
    return done()
  }
  const tasks = assigned([
    taskOf({ id: 'a' }),
    taskOf({ id: 'b', needs: ['a'], retries: 3 }),
    taskOf({ id: 'c', needs: ['b'] }),
  ])
  const states = await statesOf(
    runPlan({ plan: { strategy: 'hybrid' }, tasks, maxParallel: 2 }, depsOf(work), stop.signal),
  )
  expect(Object.fromEntries(states)).toEqual({
    a: ['pending', 'assigned', 'running', 'done'],
    b: ['pending', 'assigned', 'running', 'cancelled'],
    c: ['pending', 'cancelled'],
  })
  expect(begun).toEqual(['a', 'b'])
})

test('a reader who leaves stops the agents', async () => {
  let isOver = false
  const deps: RunPlanDeps = {
    ...depsOf(async () => done()),
    async *runTask() {
      try {
        for (;;) yield { type: 'item.completed', item: { id: 'item_0', type: 'error', message: 'still here' } }
      } finally {
        isOver = true
      }
    },
  }
  const stream = runPlan(
    { plan: { strategy: 'parallel' }, tasks: assigned([taskOf({ id: 'a' })]), maxParallel: 1 },
    deps,
    signal,
  )
  for await (const event of stream) if ('item' in event && event.item.type === 'error') break
  expect(isOver).toBe(true)
})
