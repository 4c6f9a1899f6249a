import { expect, test } from 'vitest'
import { planProblems } from './plan-problems.ts'
import { type Plan, taskSchema } from './workflow.ts'

type Given = Partial<Omit<Plan, 'tasks'>> & { readonly tasks: readonly Readonly<Record<string, unknown>>[] }

function problemsOf({ tasks, ...given }: Given) {
  const parsed = tasks.map((task) => taskSchema.parse({ title: 'T', prompt: 'Do it.', agent: 'a', ...task }))
  return planProblems({ strategy: 'hybrid', merge: 'concatenate', ...given, tasks: parsed })
}

const messagesOf = (given: Given) =>
  problemsOf(given).map(({ code, message, path }) => `${code} ${path.join('.')}: ${message}`)

test('a plan without mistakes has no problems', () => {
  expect(
    problemsOf({
      tasks: [
        { id: 'a', write: ['src/**'] },
        { id: 'b', needs: ['a'], write: ['src/**'] },
      ],
    }),
  ).toEqual([])
})

test('a cycle is told once, the shortest way round, with the place of each edge; what waits behind it can never begin', () => {
  const tasks = [
    { id: 'a', needs: ['c'] },
    { id: 'b', needs: ['a'] },
    { id: 'c', needs: ['b', 'd'] },
    { id: 'd', needs: ['c'] },
    { id: 'e', needs: ['d'] },
  ]
  const [cycle, ...others] = problemsOf({ tasks })
  expect(cycle).toMatchObject({ code: 'cycle', message: 'Tasks wait for each other: a needs c needs b needs a' })
  expect(cycle?.edges).toEqual([
    { from: 'a', to: 'c', path: ['tasks', 0, 'needs', 0] },
    { from: 'c', to: 'b', path: ['tasks', 2, 'needs', 0] },
    { from: 'b', to: 'a', path: ['tasks', 1, 'needs', 0] },
  ])
  expect(others.map(({ message }) => message)).toEqual(['The task "e" can never begin: "d" waits for itself'])
})

test('a task that needs itself is a cycle', () => {
  expect(messagesOf({ tasks: [{ id: 'a', needs: ['a'] }] })).toEqual([
    'cycle tasks.0.needs.0: Tasks wait for each other: a needs a',
  ])
})

test('tasks that may run together have scopes that do not meet', () => {
  const first = { id: 'a', write: ['docs/**', 'src/api/**'] }
  const second = { id: 'b', write: ['src/**/*.ts'] }
  expect(messagesOf({ tasks: [first, second] })).toEqual([
    'scopes tasks.1.write.0: The tasks "a" and "b" may run at the same time, and both may write what "src/api/**" and "src/**/*.ts" match',
  ])
  expect(problemsOf({ strategy: 'sequential', tasks: [first, second] })).toEqual([])
})

test.each<readonly [string, Given, string]>([
  [
    'a need that is no task',
    { tasks: [{ id: 'a', needs: ['b'] }] },
    'needs tasks.0.needs.0: The task "a" needs "b", which is no task',
  ],
  [
    'needs in a parallel plan',
    { strategy: 'parallel', tasks: [{ id: 'a' }, { id: 'b', needs: ['a'] }] },
    'needs tasks.1.needs.0: The task "b" needs "a", and all tasks of a parallel plan begin at the same time',
  ],
  [
    'a need of what comes later',
    { strategy: 'sequential', tasks: [{ id: 'a', needs: ['b'] }, { id: 'b' }] },
    'needs tasks.0.needs.0: The task "a" needs "b", which does not stand before it',
  ],
  ['two tasks of one id', { tasks: [{ id: 'a' }, { id: 'a' }] }, 'task tasks.1.id: There are two tasks "a"'],
  ['agent and role', { tasks: [{ id: 'a', role: 'r' }] }, 'task tasks.0.role: The task "a" has both agent and role'],
  [
    'a command as a prompt',
    { tasks: [{ id: 'a', prompt: '/review now' }] },
    'task tasks.0.prompt: A prompt of a task is plain text and begins with no / or @',
  ],
  [
    'a scope outside',
    { tasks: [{ id: 'a', write: ['../x'] }] },
    'scopes tasks.0.write.0: "../x" leads out of the repository',
  ],
  [
    'a gate on what may still run',
    { tasks: [{ id: 'a' }, { id: 'b', gates: [{ type: 'result', task: 'a' }] }] },
    'gate tasks.1.gates.0: A gate of "b" looks at "a", which need not have ended by then',
  ],
  [
    'gates that contradict',
    {
      tasks: [
        { id: 'a' },
        {
          id: 'b',
          needs: ['a'],
          gates: [
            { type: 'result', task: 'a' },
            { type: 'result', task: 'a', is: 'failed' },
          ],
        },
      ],
    },
    'unreachable tasks.1.gates.1: The task "b" can never begin: its gates want "a" both done and failed',
  ],
  [
    'a count that cannot be',
    {
      tasks: [
        { id: 'a' },
        { id: 'b', needs: ['a'], gates: [{ type: 'findings', at_or_above: 'high', at_least: 2, at_most: 1 }] },
      ],
    },
    'unreachable tasks.1.gates.0: The task "b" can never begin: at_least is more than at_most',
  ],
  [
    'a score without a judge',
    { merge: 'highest-score', tasks: [{ id: 'a' }] },
    'judge merge: merge = "highest-score" needs a judge',
  ],
])('%s is a problem with its place', (_, given, expected) => {
  expect(messagesOf(given)).toEqual([expected])
})
