import { join } from 'node:path'
import { expect, test } from 'vitest'
import { scriptedSession } from '../support/scripted-session.ts'

const rules = `prefix_rule(pattern=["git",["status","log"]],decision="allow",justification="ro")
prefix_rule(pattern=["git","push"],decision="prompt")
prefix_rule(pattern=["rm"],decision="forbidden",justification="use trash")
prefix_rule(pattern=["git"])
`
const matched = (matchedPrefix: readonly string[], decision: string, more: object = {}) => ({
  prefixRuleMatch: { matchedPrefix, decision, ...more },
})

const commands: readonly [readonly string[], object][] = [
  [
    ['git', 'status'],
    {
      matchedRules: [matched(['git', 'status'], 'allow', { justification: 'ro' }), matched(['git'], 'allow')],
      decision: 'allow',
    },
  ],
  [
    ['git', 'push'],
    { matchedRules: [matched(['git', 'push'], 'prompt'), matched(['git'], 'allow')], decision: 'prompt' },
  ],
  [
    ['rm', '-rf', 'x'],
    { matchedRules: [matched(['rm'], 'forbidden', { justification: 'use trash' })], decision: 'forbidden' },
  ],
  [['ls'], { matchedRules: [] }],
  [['git'], { matchedRules: [matched(['git'], 'allow')], decision: 'allow' }],
  [['/usr/bin/git', 'status'], { matchedRules: [] }],
  [['bash', '-lc', 'git push'], { matchedRules: [] }],
]

test.for(commands)('codex execpolicy check answers %j as Codex does', async ([command, expected]) => {
  const { run, workspace } = await scriptedSession([], { files: { 'my.rules': rules } })
  const result = await run(['execpolicy', 'check', '-r', join(workspace.path, 'my.rules'), ...command])
  expect(result).toMatchObject({ exitCode: 0, stderr: '' })
  expect(JSON.parse(result.stdout)).toEqual(expected)
})

test('--pretty spreads it, several files count, and a path is its program where hosts are resolved', async () => {
  const { run } = await scriptedSession([], {
    files: {
      'a.rules': rules,
      'b.rules': 'host_executable(name="git", paths=["/usr/bin/git"])\nprefix_rule(["git"], "forbidden")\n',
    },
  })
  const argv = ['execpolicy', 'check', '-r', 'a.rules', '-r', 'b.rules']
  const pretty = await run([...argv, '--pretty', 'git', 'log'])
  expect(pretty.stdout).toContain('\n  "matchedRules"')
  expect(JSON.parse(pretty.stdout)).toMatchObject({ decision: 'forbidden' })
  const own = await run([...argv.slice(0, 2), '-r', 'b.rules', '--resolve-host-executables', '/usr/bin/git', 'push'])
  const resolvedProgram = '/usr/bin/git'
  expect(JSON.parse(own.stdout)).toEqual({
    matchedRules: [matched(['git'], 'forbidden', { resolvedProgram })],
    decision: 'forbidden',
  })
  const other = await run([...argv.slice(0, 2), '-r', 'b.rules', '--resolve-host-executables', '/opt/git', 'push'])
  expect(JSON.parse(other.stdout)).toEqual({ matchedRules: [] })
})

test('what is missing is a usage error, what does not load ends with 1 and says why', async () => {
  const { run } = await scriptedSession([], { files: { 'bad.rules': 'prefix_rule(["a"], "maybe")\n' } })
  expect(await run(['execpolicy', 'check', 'ls'])).toMatchObject({ exitCode: 2, stdout: '' })
  expect(await run(['execpolicy', 'check', '-r', 'bad.rules'])).toMatchObject({ exitCode: 2, stdout: '' })
  const bad = await run(['execpolicy', 'check', '-r', 'bad.rules', 'ls'])
  expect(bad).toMatchObject({ exitCode: 1, stdout: '', stderr: expect.stringContaining('invalid decision: maybe') })
  const none = await run(['execpolicy', 'check', '-r', 'none.rules', 'ls'])
  expect(none).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('failed to read policy at none.rules') })
})
