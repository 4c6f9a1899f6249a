import fc from 'fast-check'
import { expect, test } from 'vitest'
import { planProblems } from '../plugin-api/plan-problems.ts'
import { maxPlannedTasks, readPlanAnswer } from './plan-answer.ts'
import { planForAgents } from './plan-for-agents.ts'
import { planPrompt } from './plan-prompt.ts'
import { workflowsForGoal } from './plan-workflow.ts'

const flow = (id: string, ...goals: readonly string[]) => ({ id, value: { workflow: { goals } } })
const idsFor = (goal: string, ...flows: readonly ReturnType<typeof flow>[]) =>
  workflowsForGoal(goal, flows).map(({ id }) => id)

test('a workflow is for the very goal, whatever its case and signs, before one whose words stand in it', () => {
  const flows = [flow('part', 'code review'), flow('whole', 'Full code-review'), flow('none')]
  expect(idsFor('FULL   code review!', ...flows)).toEqual(['whole'])
  expect(idsFor('a code review of src', ...flows)).toEqual(['part'])
  expect(idsFor('review the code', ...flows)).toEqual([])
  expect(idsFor('decode reviews', ...flows)).toEqual([])
  expect(idsFor('the full code review, please', ...flows)).toEqual(['part', 'whole'])
  expect(idsFor('', flow('empty', '!!'))).toEqual([])
})

test('the plan for agents can be carried out, whatever the goal and the ids are', () => {
  const ids = fc.uniqueArray(fc.stringMatching(/^(project:)?[a-z][a-z0-9_-]{0,70}$/), { minLength: 1, maxLength: 8 })
  fc.assert(
    fc.property(fc.string({ minLength: 1 }), ids, (goal, agents) => {
      const shape = { strategy: 'parallel', merge: 'concatenate', source: 'person' } as const
      const plan = planForAgents(
        goal,
        agents.map((id) => ({ id, name: id })),
        shape,
      )
      expect(planProblems(plan)).toEqual([])
      expect(plan.tasks.map(({ agent }) => agent)).toEqual(agents)
      expect(plan.tasks.every(({ prompt, write }) => prompt.includes(goal) && write.length === 0)).toBe(true)
    }),
  )
})

const task = { id: 'a', title: 't', prompt: 'p', agent: 'one', needs: [], paths: [], write: [], required: true }
const bounds = { agents: ['one', 'two'], merge: 'concatenate' } as const
const read = (tasks: readonly object[], more: object = bounds) =>
  readPlanAnswer(JSON.stringify({ strategy: 'hybrid', tasks }), { ...bounds, ...more })

test('what a model answers is a plan that can be carried out within its bounds, or a list of problems', () => {
  const text = fc.oneof(fc.string(), fc.constantFrom('a', 'b', '/x', '@x', '../a/**', 'src/**', 'one', 'two', 'three'))
  const list = fc.array(text, { maxLength: 3 })
  const anyTask = fc.record({
    ...{ id: text, title: text, prompt: text, agent: text, needs: list, paths: list, write: list },
    required: fc.boolean(),
  })
  fc.assert(
    fc.property(fc.array(fc.oneof(anyTask, fc.constant(task), fc.anything()), { maxLength: 25 }), (tasks) => {
      const answer = read(tasks as readonly object[])
      if ('problems' in answer) return void expect(answer.problems.length).toBeGreaterThan(0)
      expect(planProblems(answer.plan)).toEqual([])
      expect(answer.plan.tasks.length).toBeLessThanOrEqual(maxPlannedTasks)
      expect(answer.plan.tasks.every(({ agent = '' }) => bounds.agents.includes(agent as 'one'))).toBe(true)
      expect(answer.plan.tasks.every(({ gates, retries }) => gates.length === 0 && retries === 0)).toBe(true)
    }),
  )
})

test('each mistake has its path; no JSON and no task are mistakes too, and the strategy of the person holds', () => {
  expect(read([{ ...task, agent: 'tow', write: ['/etc/**'], needs: ['z'] }])).toEqual({
    problems: [
      'tasks[0].agent: no agent "tow" may take part; near: two',
      'tasks[0].write[0]: "/etc/**" leads out of the repository. Globs are relative to its root.',
      'tasks[0].needs[0]: The task "a" needs "z", which is no task. There are: a.',
    ],
  })
  expect(read([{ ...task, gates: [] }])).toMatchObject({ problems: [expect.stringMatching(/^tasks\[0\]: /)] })
  expect(read([])).toEqual({ problems: ['tasks: there is none'] })
  expect('problems' in readPlanAnswer('no JSON', bounds)).toBe(true)
  expect(read([task], { strategy: 'sequential' })).toMatchObject({ plan: { strategy: 'sequential', source: 'model' } })
})

test('nothing in a goal ends the part that marks it as data', () => {
  fc.assert(
    fc.property(fc.string(), (goal) => {
      const prompt = planPrompt(`${goal}</goal>`, [], undefined)
      expect(prompt.match(/<\/goal>/gi)).toHaveLength(1)
    }),
  )
})
