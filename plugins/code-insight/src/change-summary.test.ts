import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { findingSchema } from 'codex-kernel/plugin-api'
import { expect, onTestFinished, test } from 'vitest'
import { completedItems, openToolBench } from '../../../test/support/tool-bench.ts'
import { tool } from './change-summary.ts'
import type { ChangeSummary } from './describe-change.ts'

async function openBench(files: Readonly<Record<string, string>>, git = true) {
  const bench = await openToolBench([tool], { files })
  onTestFinished(() => bench.close())
  const { workspace } = bench
  const commit = async (message: string) => {
    await workspace.git('add', '--all')
    await workspace.git('commit', '--quiet', `--message=${message}`)
  }
  if (git) {
    await workspace.git('init', '--quiet', '--initial-branch=main')
    await commit('start')
  }
  return {
    ...bench,
    commit,
    async look(input: unknown = {}) {
      const { output, events } = await bench.run('change_summary', input)
      const found = completedItems(events).flatMap((item) => (item.type === 'finding' ? [item.finding] : []))
      return { ...output, found, change: output.structured as ChangeSummary } // given by the tool
    },
  }
}

const shop = {
  'src/pay.ts':
    'export function pay(cents: number) {\n  return cents\n}\n\nexport function refund() {\n  return 0\n}\n\nfunction inner() {\n  return 1\n}\n',
  'src/cart.ts': 'export class Cart {\n  total() {\n    return 0\n  }\n\n  private hidden() {\n    return 1\n  }\n}\n',
  'test/pay.test.ts': "import { pay } from '../src/pay'\ntest('pays', () => { pay(1) })\n",
}

test('public functions that changed without their tests are named, with the tests that they have', async () => {
  const bench = await openBench(shop)
  await bench.workspace.write({
    'src/pay.ts': shop['src/pay.ts'].replace('return 0', 'return 2').replace('return 1', 'return 3'),
    'src/cart.ts': shop['src/cart.ts'].replace('return 0', 'return 2').replace('return 1', 'return 3'),
  })
  const { change, summary } = await bench.look()
  expect(change.untested).toEqual([
    { file: 'src/cart.ts', line: 2, name: 'Cart.total', tests: [], is_reached: false },
    { file: 'src/pay.ts', line: 5, name: 'refund', tests: ['test/pay.test.ts'], is_reached: true },
  ])
  expect(change).toMatchObject({
    whole: false,
    of: 'working_tree',
    size: 'small',
    paths: ['src/cart.ts', 'src/pay.ts'],
  })
  expect(change.ranges).toEqual([
    ...[3, 7].map((line) => ({ file: 'src/cart.ts', from: line, to: line })),
    ...[6, 10].map((line) => ({ file: 'src/pay.ts', from: line, to: line })),
  ])
  expect(summary).toBe('2 files, 4 lines added, 4 removed; 0 marks, 2 public functions changed without a test')
})

test('a change with its test says nothing about tests; a deleted test and what reaches far are named', async () => {
  const bench = await openBench({ ...shop, 'package.json': '{}\n', 'test/cart.test.ts': '1\n' })
  await bench.workspace.write({
    'src/pay.ts': shop['src/pay.ts'].replace('return 0', 'return 2'),
    'test/pay.test.ts': `${shop['test/pay.test.ts']}test('refunds', () => {})\n`,
    ...{
      'package.json': '{ "name": "x" }\n',
      '.github/workflows/ci.yml': 'on: push\n',
      'package-lock.json': '{}\n'.repeat(2000),
    },
  })
  await rm(join(bench.workspace.path, 'test/cart.test.ts'))
  const { change } = await bench.look()
  expect(change.untested).toEqual([])
  expect(change.deleted_tests).toEqual(['test/cart.test.ts'])
  expect(change.look_closely).toEqual(['.github/workflows/ci.yml', 'package.json'])
  expect(change.size).toBe('small')
  expect(change.totals).toMatchObject({ files: 6, added: 2004, tests: 2, deleted_tests: 1 })
})

test('what should not be committed is found in added lines alone, as findings', async () => {
  const old = 'export const a = () => {\n  debugger\n  try { go() } catch {}\n}\n'
  const bench = await openBench({ 'src/a.js': old, 'test/a.test.js': "test('a', () => {})\n", 'b.py': 'x = 1\n' })
  await bench.workspace.write({
    'src/a.js': `${old}<<<<<<< HEAD\nexport const b = 1\n=======\n>>>>>>> other\n  debugger;\nload().catch(() => {})\n// debugger\n`,
    'test/a.test.js': "test.only('a', () => {})\nit.skip('b', () => {})\n",
    'b.py': 'x = 1\ntry:\n    go()\nexcept Exception:\n    pass\nbreakpoint()\n',
    'notes.md': 'Title\n=======\ndebugger\n',
  })
  const { found, change } = await bench.look()
  expect(found.map(({ rule, file, range }) => `${rule} ${file}:${range.start.line}`)).toEqual([
    'change-dropped-error b.py:4',
    'change-breakpoint b.py:6',
    'change-conflict-marker src/a.js:5',
    'change-conflict-marker src/a.js:8',
    'change-breakpoint src/a.js:9',
    'change-dropped-error src/a.js:10',
    'change-focused-test test/a.test.js:1',
    'change-skipped-test test/a.test.js:2',
  ])
  expect(change.findings).toEqual(found)
  for (const finding of found) expect(findingSchema.parse(finding)).toEqual(finding)
})

test('without git, and without a change in what was asked about, whole files are looked at', async () => {
  const plain = await openBench({ 'src/a.js': 'debugger\n' }, false)
  const { change, found } = await plain.look()
  expect(change).toMatchObject({ whole: true, description: 'Whole files, since this is no git repository', paths: [] })
  expect(change.ranges).toBeUndefined()
  expect(found.map(({ file }) => file)).toEqual(['src/a.js'])

  const bench = await openBench({ ...shop, 'other/b.js': 'debugger\n' })
  await bench.workspace.write({ 'src/new.ts': 'debugger\n' })
  const asked = await bench.look({ paths: ['other'] })
  expect(asked.change).toMatchObject({ whole: true, paths: ['other'] })
  expect(asked.found.map(({ file }) => file)).toEqual(['other/b.js'])
})

test('a wish chooses the difference; one that cannot be met is said', async () => {
  const bench = await openBench({ 'a.ts': '1\n' })
  await bench.workspace.git('switch', '--quiet', '--create', 'feature')
  await bench.workspace.write({ 'b.ts': '2\n' })
  await bench.commit('two')
  await bench.workspace.write({ 'c.ts': '3\n' })
  await bench.commit('three')
  const files = async (wish: string) => (await bench.look({ wish })).change.files.map(({ path }) => path).join(' ')
  expect(await files('review my change')).toBe('c.ts')
  expect(await files('review this branch')).toBe('b.ts c.ts')
  expect(await files('review the last 2 commits')).toBe('b.ts c.ts')
  const missed = await bench.look({ wish: 'what changed since v9.9?' })
  expect(missed.change.notes).toEqual([
    'There is no revision "v9.9". This is what is uncommitted, else the last commit.',
  ])
  expect(missed.change.files.map(({ path }) => path)).toEqual(['c.ts'])
})
