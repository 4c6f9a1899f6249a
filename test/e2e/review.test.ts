import { expect, test } from 'vitest'
import { completedItems, itemOf, toolOutputs } from '../support/exec-case.ts'
import { lastUserText, scriptedSession, sentBody } from '../support/scripted-session.ts'

const clean = 'export function load(id) {\n  return id\n}\n'
const broken = 'export function load(id) {\n  debugger\n  return eval(id)\n}\n'

/** A repository with a commit, one after it that breaks `late.js`, and an uncommitted change that breaks `now.js`. */
async function repository(turns: Parameters<typeof scriptedSession>[0] = [], config = '') {
  const session = await scriptedSession(turns, { files: { 'late.js': clean, 'now.js': clean }, config })
  const { workspace } = session
  await workspace.write({ 'late.js': broken })
  await workspace.git('commit', '--quiet', '--all', '--message=late')
  await workspace.write({ 'now.js': broken })
  return session
}

const filesOf = (result: Parameters<typeof completedItems>[0]) =>
  [...new Set(completedItems(result, 'finding').map((item) => (item.finding as { file: string }).file))].sort()

const targets: readonly [string, readonly string[], readonly string[]][] = [
  ['nothing named: the uncommitted changes', [], ['now.js']],
  ['--uncommitted', ['--uncommitted'], ['now.js']],
  ['--base: what has changed since', ['--base', 'HEAD~1'], ['late.js', 'now.js']],
  ['--commit: that commit alone', ['--commit', 'HEAD'], ['late.js']],
]

test.for(targets)('without a model codex review follows its playbook over %s', async ([, argv, files]) => {
  const { run, server } = await repository()
  const result = await run(['review', '--json', '--playbook', ...argv])
  expect(result).toMatchObject({ exitCode: 0, stderr: '' })
  expect(filesOf(result)).toEqual(files)
  expect(server.requests).toHaveLength(0)
  const again = await run(['exec', 'review', '--json', '--playbook', ...argv])
  expect(filesOf(again)).toEqual(files)
})

test('with --fail-on the exit code says that something is as severe, and a clean change is fine', async () => {
  const { run, workspace } = await repository()
  expect(await run(['review', '--playbook', '--fail-on', 'high'])).toMatchObject({ exitCode: 3 })
  await workspace.git('checkout', '--quiet', '--', 'now.js')
  const none = await run(['review', '--json', '--playbook', '--fail-on', 'info'])
  expect(none.exitCode).toBe(0)
  expect(filesOf(none)).toEqual([])
})

test('a model reviews as the code reviewer, and what it reports is findings with a priority', async () => {
  const point = {
    title: 'eval runs what the caller sends',
    body: 'load("process.exit()") ends the program.',
    priority: 'P1',
    confidence: 'high',
    category: 'security',
    file: 'now.js',
    line: 3,
    fix: 'Look the id up in a table.',
  }
  const { run, server } = await repository([
    { calls: [{ name: 'report_findings', arguments: { findings: [point, { ...point, line: 99 }] } }] },
    { text: 'One point: eval.' },
  ])
  const result = await run(['review', '--json', '--fail-on', 'high', 'Mind the callers.'])
  expect(result).toMatchObject({ exitCode: 3 })
  expect(lastUserText(sentBody(server, 0))).toContain('Mind the callers.')
  const reported = completedItems(result, 'finding').map(({ finding }) => finding)
  expect(reported).toContainEqual(
    expect.objectContaining({
      rule: 'review-security',
      severity: 'high',
      message: '[P1] eval runs what the caller sends',
      file: 'now.js',
      snippet: '  return eval(id)',
      range: { start: { line: 3, column: 3 }, end: { line: 3, column: 18 } },
      fix: { description: 'Look the id up in a table.', edits: [] },
    }),
  )
  const [told = ''] = Object.values(toolOutputs(sentBody(server, 1))).filter((text) => text.includes('Reported'))
  expect(told).toContain('now.js:99: the file has 5 lines')
  expect(result.events.map(itemOf).filter((item) => item?.type === 'activation')[0]).toMatchObject({
    agent: 'code-reviewer',
  })
})

test('a review writes nothing, whatever the model tries', async () => {
  const { run, workspace } = await repository([
    { calls: [{ shell: 'git checkout -- .; echo x > new.js' }] },
    { text: 'ok' },
  ])
  const before = await workspace.git('status', '--porcelain')
  expect(await run(['review', '--sandbox', 'danger-full-access'])).toMatchObject({ exitCode: 0 })
  expect(await workspace.git('status', '--porcelain')).toBe(before)
})

const mistakes: readonly [string, readonly string[], string][] = [
  ['a revision that is not there', ['--base', 'nowhere'], 'There is no revision "nowhere" here'],
  ['a commit that is not there', ['--commit', 'nowhere'], 'List them: git log --oneline'],
  ['a revision that is an option', ['--commit=--output=x'], 'There is no revision "--output=x" here'],
  ['two targets', ['--uncommitted', '--base', 'main'], '--uncommitted and --base are two changes'],
  ['a title without its commit', ['--title', 'x'], '--title is the title of a commit'],
]

test.for(mistakes)('%s is a usage error before a thread begins', async ([, argv, message]) => {
  const { run, server } = await repository()
  const result = await run(['review', '--json', ...argv])
  expect(result).toMatchObject({ exitCode: 2, stdout: '', stderr: expect.stringContaining(message) })
  expect(server.requests).toHaveLength(0)
})

test('outside a git repository there is nothing to review', async () => {
  const { run } = await scriptedSession([], { git: false })
  const result = await run(['review', '--skip-git-repo-check', '--playbook'])
  expect(result).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('is no git repository') })
})
