import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { openGateBench } from '../../../test/support/gate-bench.ts'
import type { PolicyRule } from '../../plugin-api/index.ts'
import { createExecPolicy } from './exec-policy.ts'
import { aliasesIn } from './git-aliases.ts'

const { places, ws, run, gateOf, reset, close } = await openGateBench()
const signal = new AbortController().signal
beforeEach(reset)
afterAll(close)

const ruleOf = (pattern: string[], decision: PolicyRule['decision']): PolicyRule => ({
  ...{ pattern, decision, match: [], not_match: [] },
})
const execPolicy = createExecPolicy([
  {
    ...{ kind: 'policy', id: 'p', shadows: [] },
    value: {
      ...{ id: 'p', description: '', ruleLines: [1] },
      rules: [ruleOf(['git'], 'allow'), ruleOf(['hit'], 'forbidden'), ruleOf(['git', 'push'], 'forbidden')],
    },
    origin: { layer: 'user', file: '/p.rules', trusted: true },
  },
])

async function decide(script: string, cwd = ws()) {
  const gate = await gateOf('workspace-write', { execPolicy })
  return gate.authorize({ ...run(script), cwd }, signal)
}

test.each([
  ['a command of the shell', '!hit x \'# no\' "; sub"', 'git z'],
  ['a subcommand', 'push --force', 'git z origin'],
  ['the beginning of a command', '!hit', 'git -C . Z x'],
  ['another alias', 'y --all', 'git z'],
])('an alias of the repository is read as what it says: %s', async (_, text, script) => {
  execFileSync('git', ['init', '-q', ws()])
  execFileSync('git', ['-C', ws(), 'config', 'alias.z', text])
  execFileSync('git', ['-C', ws(), 'config', 'alias.y', '!hit x'])
  mkdirSync(ws('deep/er'), { recursive: true })
  for (const cwd of [ws(), ws('deep/er')])
    expect(await decide(script, cwd)).toMatchObject({
      outcome: 'deny',
      layer: 'exec policy',
      rule: expect.stringMatching(/forbidden (?:hit|git push)/),
    })
})

test('so is one of the user, and one of a linked worktree', async () => {
  const env = {
    ...process.env,
    HOME: places.homeDir,
    GIT_AUTHOR_NAME: 'a',
    GIT_AUTHOR_EMAIL: 'a',
    GIT_COMMITTER_NAME: 'a',
    GIT_COMMITTER_EMAIL: 'a',
  }
  const git = (...words: string[]) => execFileSync('git', words, { cwd: ws(), env })
  git('config', '--global', 'alias.own', '!hit x')
  expect(await decide('git own')).toMatchObject({ outcome: 'deny' })
  git('init', '-q')
  git('config', 'alias.z', '!hit x')
  git('commit', '-q', '--allow-empty', '-m', 'x')
  git('worktree', 'add', '-q', ws('tree'))
  expect(await decide('git z', ws('tree'))).toMatchObject({ outcome: 'deny' })
})

test('an alias that says nothing forbidden is not known all the same, whatever rule allows git', async () => {
  writeFileSync(path.join(places.homeDir, '.gitconfig'), '[alias]\n  st = status\n')
  const gate = await gateOf('workspace-write', { execPolicy, approvalPolicy: 'untrusted' })
  expect(await gate.authorize(run('git status'), signal)).toMatchObject({ outcome: 'allow' })
  for (const script of ['git st', 'git nothing']) {
    const { outcome, reason } = await gate.authorize(run(script), signal)
    expect({ outcome, reason }).toEqual({ outcome: 'deny', reason: expect.stringContaining(`${script} is an alias`) })
  }
})

test('aliases are taken from a configuration as git reads it', () => {
  const config = [
    '[user]',
    '  z = no',
    '[Alias] a = "!x \\"y\\"; z" # comment',
    '  B = log \\',
    '--oneline',
    '[alias "Sub.name"]',
    '\tcommand = status ; comment',
    '[core]',
    '  c = no',
  ].join('\n')
  expect(aliasesIn(config)).toEqual([
    ['a', '!x "y"; z'],
    ['b', 'log --oneline'],
    ['sub.name', 'status'],
  ])
})
