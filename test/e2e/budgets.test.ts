import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { completedItems, execCase, inputOf, itemOf } from '../support/exec-case.ts'
import { installedPlugins } from '../support/installed-plugins.ts'
import type { ModelTurn } from '../support/model-server.ts'
import { sentBody } from '../support/scripted-session.ts'

const usage = { input: 900, output: 100 }
const work = (count: number): readonly ModelTurn[] =>
  Array.from({ length: count }, (_, index) => ({ calls: [{ shell: `echo ${index} >> log` }], usage }))
const done: ModelTurn = { text: 'Done.', usage }
const price = ['-c', 'model_prices.scripted-model={ input = 1.0, cached_input = 0.1, output = 11.0 }'] // 0.002 a request
const write = ['-s', 'workspace-write']

const agent = (id: string, more = '') =>
  `[agent]\nid = "${id}"\nname = "${id}"\ndescription = "d"\n[prompt]\nsystem = "Work."\n${more}`
const handOn = (to: string): ModelTurn => ({
  calls: [{ name: 'hand_on', arguments: { agent: to, prompt: 'look' } }],
  usage,
})

const warned = (result: Parameters<typeof completedItems>[0]) =>
  completedItems(result, 'budget_warning').map(({ scope, measure, used, limit }) => ({ scope, measure, used, limit }))

test('tokens: a warning at four fifths, then a clean stop with exit 4, and the thread goes on with a larger budget', async () => {
  const { exec, server, workspace } = await execCase([...work(5), done])
  const first = await exec([...write, '--max-tokens', '5000', 'go'])
  expect(first.exitCode).toBe(4)
  expect(warned(first)).toEqual([{ scope: 'run', measure: 'tokens', used: 4000, limit: 5000 }])
  expect(first.events.at(-1)).toMatchObject({
    type: 'turn.failed',
    error: {
      code: 'budget.tokens',
      message: 'The budget of the run is spent: 5,000 of 5,000 tokens',
      hint: expect.stringContaining('resume'),
    },
  })
  // The calls of the last answer have run, and what they gave is kept.
  const items = first.events.flatMap((event) => (event.type === 'item.completed' ? [itemOf(event)] : []))
  expect(items.filter((item) => item?.type !== 'budget_warning')).toEqual(
    Array.from({ length: 5 }, () => expect.objectContaining({ type: 'command_execution', status: 'completed' })),
  )
  expect(await readFile(join(workspace.path, 'log'), 'utf8')).toBe('0\n1\n2\n3\n4\n')
  expect(server.requests).toHaveLength(5)

  const id = String(first.events[0]?.thread_id)
  const second = await exec([...write, '--max-tokens', '9000', 'resume', id, 'go on'])
  expect(second.exitCode).toBe(0)
  expect(inputOf(sentBody(server, 5)).filter(({ type }) => type === 'function_call_output')).toHaveLength(5)
  expect(second.events.at(-1)?.usage).toMatchObject({ input_tokens: 5400, output_tokens: 600 })
})

test('dollars: counted by the price that is configured', async () => {
  const { exec, server } = await execCase([...work(9), done])
  const result = await exec([...price, ...write, '--max-cost', '0.006', 'go'])
  expect(result.exitCode).toBe(4)
  expect(result.events.at(-1)).toMatchObject({
    error: { code: 'budget.cost', message: 'The budget of the run is spent: $0.0060 of $0.0060' },
  })
  expect(server.requests).toHaveLength(3)
})

test('a turn whose last answer goes beyond the budget is done all the same', async () => {
  const { exec } = await execCase([done])
  const result = await exec(['--max-tokens', '500', 'go'])
  expect(result.exitCode).toBe(0)
  expect(warned(result)).toEqual([{ scope: 'run', measure: 'tokens', used: 1000, limit: 500 }])
})

test('dollars without a known price are refused before any request, and with a bound in tokens said', async () => {
  const { exec, server } = await execCase([done])
  const refused = await exec(['--max-cost', '1', 'go'])
  expect({ exitCode: refused.exitCode, stdout: refused.stdout }).toEqual({ exitCode: 1, stdout: '' })
  expect(refused.stderr).toContain('The price of scripted/scripted-model is not known')
  expect(refused.stderr).toContain('[model_prices."scripted-model"]')
  expect(server.requests).toHaveLength(0)
  const bound = await exec(['--max-cost', '1', '--max-tokens', '9000', 'go'])
  expect(bound.exitCode).toBe(0)
  expect(completedItems(bound, 'notice').map(({ message }) => message)).toContainEqual(
    expect.stringContaining('only those in tokens hold'),
  )
})

test('a server that does not say what it used is told of once in a turn, with a budget alone', async () => {
  const silent: readonly ModelTurn[] = [{ calls: [{ shell: 'true' }] }, { text: 'Done.' }]
  const { exec } = await execCase([...silent, ...silent])
  const bound = await exec([...write, '-c', 'budget.max_tokens=50', 'go'])
  expect(bound.exitCode).toBe(0)
  expect(completedItems(bound, 'error').map(({ message }) => message)).toEqual([
    expect.stringContaining('scripted/scripted-model does not say how many tokens'),
  ])
  expect(completedItems(await exec([...write, 'go']), 'error')).toEqual([])
})

test('what is handed on counts for the run, and the one that handed on stops too', async () => {
  const turns = [handOn('helper'), ...work(2), { text: 'Never.' }]
  const { run, server } = await execCase(turns, {
    git: true,
    home: { ...installedPlugins('hands-on'), 'agents/helper.toml': agent('helper') },
  })
  const { exitCode, stderr } = await run(['exec', ...write, '--max-tokens', '3000', 'go'])
  expect(exitCode).toBe(4)
  expect(stderr).toContain('The budget of the run is spent: 3,000 of 3,000 tokens')
  expect(server.requests).toHaveLength(3)
})

test("an agent's own limit ends its work, and the one that handed on is told and goes on", async () => {
  const { run, server } = await execCase([handOn('helper'), ...work(2), done], {
    git: true,
    home: { ...installedPlugins('hands-on'), 'agents/helper.toml': agent('helper', '[limits]\nmax_tokens = 2000\n') },
  })
  const { exitCode, stdout } = await run(['exec', ...write, 'go'])
  expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: 'Done.\n' })
  expect(JSON.stringify(inputOf(sentBody(server, 3)).at(-1))).toContain('The budget of the agent helper is spent')
})

test("a thread's usage is its own: what it handed on counts for the budget alone, and is told to who began the run", async () => {
  const { exec, server } = await execCase([handOn('helper'), ...work(2), { text: 'Found.', usage }, done], {
    git: true,
    home: { ...installedPlugins('hands-on'), 'agents/helper.toml': agent('helper') },
  })
  const result = await exec([...write, '--max-tokens', '5000', 'go'])
  expect(result.exitCode).toBe(0)
  expect(server.requests).toHaveLength(5)
  expect(result.events.at(-1)?.usage).toMatchObject({ input_tokens: 1800, output_tokens: 200 })
  expect(warned(result)).toEqual([{ scope: 'run', measure: 'tokens', used: 4000, limit: 5000 }])
})

test('a day is counted over processes that run at the same time, and a spent one refuses before a request', async () => {
  const { exec, server, home } = await execCase([done], {
    server: { whenSpent: 'repeat' },
    config: 'budget = { day_max_tokens = 4000 }',
  })
  const together = await Promise.all([exec(['a']), exec(['b']), exec(['c']), exec(['d'])])
  expect(together.map(({ exitCode }) => exitCode)).toEqual([0, 0, 0, 0])
  const record: { tokens?: number } = JSON.parse(await readFile(join(home.codexHome, 'budget/day.json'), 'utf8'))
  expect(record.tokens).toBe(4000)
  const refused = await exec(['e'])
  expect(refused.exitCode).toBe(4)
  expect(refused.events.at(-1)).toMatchObject({ error: { message: expect.stringContaining('budget of the day') } })
  expect(server.requests).toHaveLength(4)
})

test('a repository cannot raise a budget or lower a price', async () => {
  const { exec, server, workspace, home } = await execCase([...work(9), done], {
    config: 'budget = { max_tokens = 2000 }',
  })
  await mkdir(join(workspace.path, '.codex'))
  const file = join(workspace.path, '.codex/config.toml')
  await writeFile(file, '[budget]\nmax_tokens = 900000\n')
  await home.write({ 'kernel.toml': `[projects.${JSON.stringify(workspace.path)}]\ntrust_level = "trusted"\n` })
  const result = await exec([...write, 'go'])
  expect(result.exitCode).toBe(4)
  expect(server.requests).toHaveLength(2)
  expect(JSON.stringify(completedItems(result, 'error'))).toContain('A repository cannot set budget')
})

test.for([
  ['--max-cost', 'much'],
  ['--max-tokens', '-5'],
])('%s %s is a usage error', async ([flag = '', value = '']) => {
  const { exec, server } = await execCase([])
  expect(await exec([`${flag}=${value}`, 'go'])).toMatchObject({ exitCode: 2, stdout: '' })
  expect(server.requests).toHaveLength(0)
})
