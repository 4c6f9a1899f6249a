import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { providerContext } from '../../test/support/provider-context.ts'
import type { ModelInfo, Usage } from '../plugin-api/index.ts'
import { openBudget } from './budget.ts'
import { openDayRecord } from './day-record.ts'
import { noUsage } from './no-usage.ts'
import type { ConnectedModel } from './turn.ts'

const modelOf = (price?: ModelInfo['price']): ConnectedModel => ({
  provider: { id: 'test', models: async () => [], stream: async function* () {} },
  context: providerContext(),
  model: 'm',
  modelInfo: { id: 'm', ...(price && { price }) },
  freeformTools: false,
})
const priced = modelOf({ input: 1, output: 10 })
const used = (input: number, output = 0): Usage => ({ ...noUsage, input_tokens: input, output_tokens: output })

async function dayFile(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'codex-day-'))
  onTestFinished(() => rm(directory, { recursive: true }))
  return join(directory, 'budget', 'day.json')
}
const at = (day: string) => ({ now: () => new Date(`${day}T12:00:00`) })

test('a budget has room until it is spent, and warns once at four fifths', async () => {
  const budget = openBudget({ max_tokens: 100 }, undefined)
  await budget.assertRoom()
  await budget.spend(used(70, 9), priced)
  expect(budget.warnings()).toEqual([])
  await budget.spend(used(1), priced)
  expect(budget.warnings()).toEqual([{ type: 'budget_warning', scope: 'run', measure: 'tokens', used: 80, limit: 100 }])
  await budget.assertRoom()
  await budget.spend(used(30), priced)
  expect(budget.warnings()).toEqual([])
  await expect(budget.assertRoom()).rejects.toMatchObject({
    code: 'budget.tokens',
    exitCode: 4,
    message: 'The budget of the run is spent: 110 of 100 tokens',
  })
})

test('money is counted by the price of the model that was asked', async () => {
  const budget = openBudget({ max_cost: 0.01 }, undefined)
  await budget.spend(used(1_000), priced)
  await budget.assertRoom()
  await budget.spend(used(0, 950), priced)
  await expect(budget.assertRoom()).rejects.toMatchObject({ code: 'budget.cost', exitCode: 4 })
})

test('threads that are begun count for those that began them, and threads of one agent together', async () => {
  const run = openBudget({ max_tokens: 1_000 }, undefined)
  const helper = run.forAgent('helper', { max_tokens: 100 })
  const another = run.forAgent('other', {}).forAgent('helper', { max_tokens: 100 })
  await helper.spend(used(60), priced)
  await another.spend(used(60), priced)
  expect(another.warnings()).toMatchObject([{ scope: 'agent helper', used: 120 }])
  await expect(helper.assertRoom()).rejects.toMatchObject({ message: expect.stringContaining('agent helper') })
  await run.assertRoom()
  await helper.forAgent('helper', { max_tokens: 100 }).spend(used(900), priced)
  // What another thread has used is told in the stream of this one too.
  expect(run.warnings()).toMatchObject([{ scope: 'run', used: 1_020 }])
  await expect(run.assertRoom()).rejects.toMatchObject({ message: expect.stringContaining('1,020 of 1,000') })
})

test('dollars cannot be held without a price, unless tokens are bound too', () => {
  const unpriced = modelOf()
  expect(() => openBudget({ max_cost: 1 }, undefined).assertPriced(priced)).not.toThrow()
  expect(() => openBudget({ max_tokens: 1 }, undefined).assertPriced(unpriced)).not.toThrow()
  expect(() => openBudget({ max_cost: 1 }, undefined).assertPriced(unpriced)).toThrow(
    'The price of test/m is not known',
  )
  const both = openBudget({ max_cost: 1, max_tokens: 1 }, undefined)
  expect(() => both.assertPriced(unpriced)).not.toThrow()
  expect(both.unpriced(unpriced)).toContain('only those in tokens hold')
  expect(both.unpriced(priced)).toBeUndefined()
})

test('an answer without usage is told once for each model, where something is bound', async () => {
  const budget = openBudget({ max_tokens: 50 }, undefined)
  await budget.spend(noUsage, priced)
  expect(budget.warnings()).toEqual([{ type: 'error', message: expect.stringMatching(/^test\/m does not say/) }])
  await budget.spend(noUsage, priced)
  expect(budget.warnings()).toEqual([])
  await budget.spend(noUsage, { ...priced, model: 'other' })
  expect(budget.warnings()).toMatchObject([{ message: expect.stringContaining('test/other') }])
  const unbound = openBudget({}, undefined)
  await unbound.spend(noUsage, priced)
  expect(unbound.warnings()).toEqual([])
})

test('a day goes on from what other processes have used, and the next one begins anew', async () => {
  const file = await dayFile()
  const budget = (day: string) => openBudget({}, { limits: { max_tokens: 100 }, record: openDayRecord(file, at(day)) })
  await budget('2026-03-01').spend(used(60), priced)
  const second = budget('2026-03-01')
  await second.spend(used(50), priced)
  expect(second.warnings()).toMatchObject([{ scope: 'day', used: 110 }])
  await expect(budget('2026-03-01').assertRoom()).rejects.toMatchObject({ code: 'budget.tokens' })
  await budget('2026-03-02').assertRoom()
  await budget('2026-03-02').spend(used(5), priced)
  expect(JSON.parse(await readFile(file, 'utf8'))).toEqual({ day: '2026-03-02', tokens: 5, cost_usd: 0.000_005 })
})

test('what is added at the same time is all counted', async () => {
  const file = await dayFile()
  const records = Array.from({ length: 8 }, () => openDayRecord(file, at('2026-03-01')))
  await Promise.all(records.map((record) => record.add({ tokens: 10, cost: 0.5 })))
  expect(await records[0]?.read()).toEqual({ tokens: 80, cost: 4 })
})

test('a record that cannot be read lets nothing through', async () => {
  const file = await dayFile()
  const record = openDayRecord(file, at('2026-03-01'))
  await record.add({ tokens: 1, cost: 0 })
  await writeFile(file, '{"day":"2026-03-01","tok')
  const budget = openBudget({}, { limits: { max_tokens: 100 }, record })
  await expect(budget.assertRoom()).rejects.toMatchObject({ code: 'budget.record', hint: expect.any(String) })
})

test('a directory in place of the record is named', async () => {
  const file = await dayFile()
  await mkdir(file, { recursive: true })
  const budget = openBudget({}, { limits: { max_tokens: 100 }, record: openDayRecord(file, at('2026-03-01')) })
  await expect(budget.assertRoom()).rejects.toMatchObject({
    code: 'budget.record',
    message: `${file} cannot be read: This is a directory, not a file`,
    hint: expect.any(String),
  })
})
