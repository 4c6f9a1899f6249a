import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openAskingGate } from '../../../test/support/asking-gate.ts'
import { alwaysRulesFile, appendRule } from '../../definitions/append-rule.ts'
import type { Action, ApprovalAnswer, ApprovalRequest } from '../../plugin-api/index.ts'
import { keepGrants } from './grants.ts'

const { signal } = new AbortController()
const run = (script: string): Action => ({ kind: 'exec', script, shell: '/bin/bash', cwd: '/tmp' })

const prefixOf = (request?: ApprovalRequest) => request?.proposals.find(({ form }) => form === 'prefix')

test('each command of a line has its own id, its own reason and the rule that asks', async () => {
  await using bench = await openAskingGate({ actor: () => ({ turn: 'turn-1', agentPath: ['lead', 'helper'] }) })
  await bench.gate.authorize(run('ls && git push; npm publish; rm -rf x'), signal)
  const [request] = bench.asked
  expect(bench.asked).toHaveLength(1)
  expect(request).toMatchObject({ thread: 'thread-1', turn: 'turn-1', agentPath: ['lead', 'helper'] })
  const shown = request?.commands.map(({ id, words, isAsked, answer }) => [
    id.replace(request.id, ''),
    words.join(' '),
    isAsked,
    answer,
  ])
  expect(shown).toEqual([
    ['.1', 'ls', false, 'match'],
    ['.2', 'git push', true, 'prompt'],
    ['.3', 'npm publish', true, 'prompt'],
    ['.4', 'rm -rf x', true, 'prompt'],
  ])
  expect(request?.commands[2]).toMatchObject({
    file: expect.stringContaining('default.toml'),
    line: expect.any(Number),
  })
  expect(request?.reason).toMatch(/^git push: .*publishes.*; npm publish: .*; rm -rf x: .*for good/)
})

test('a line that no rule would settle, since its words alone do not say what it does, is granted as it is alone', async () => {
  await using bench = await openAskingGate({ answer: () => 'session' })
  for (const script of ['PATH=. git push', 'git -c core.editor=x push']) {
    await bench.gate.authorize(run(script), signal)
    expect(await bench.gate.authorize(run(script), signal)).toMatchObject({ approvedBy: 'grant' })
  }
  expect(bench.asked.map(({ proposals }) => proposals)).toEqual([[], []])
})

test('a yes for the session to a beginning covers what the preview says, and nothing else', async () => {
  await using bench = await openAskingGate({
    answer: ({ proposals }) =>
      proposals.some(({ form }) => form === 'prefix')
        ? { decision: 'session', proposal: 'prefix', by: 'person' }
        : 'once',
  })
  const { gate, asked } = bench
  const decide = async (script: string) => (await gate.authorize(run(script), signal)).approvedBy
  expect(await decide('git push origin main')).toBe('person')
  expect(prefixOf(asked[0])).toMatchObject({
    form: 'prefix',
    rules: [{ command: asked[0]?.commands[0]?.id, rule: expect.stringContaining('["git", "push"]') }],
  })
  expect(prefixOf(asked[0])?.rules[0]?.matches).toEqual(['git push origin main', 'git push …'])
  expect(await decide('cd src && git push --tags')).toBe('grant')
  expect(asked).toHaveLength(1)
  const others = ['git push; git clean -fd', 'PATH=. git push', './git push', 'git -c alias.x=y push', 'sudo git push']
  for (const script of others) expect([script, await decide(script)]).toEqual([script, 'person'])
  expect(asked).toHaveLength(1 + others.length)
})

test('a granted beginning lifts no forbidden command and no denial of a layer', async () => {
  const grant = { type: 'command', pattern: ['git', 'push'] } as const
  const deny = (root: string) => ({
    exec: { allow: [{ allow: ['*'], deny: ['git push'] }], askable: [{ allow: ['*'], deny: ['git push'] }] },
    read: { allow: [{ allow: [root], deny: [] }], askable: [] },
  })
  await using bench = await openAskingGate({ session: keepGrants(new Map(), [grant]), permissions: deny })
  expect(await bench.gate.authorize(run('git push'), signal)).toMatchObject({ outcome: 'deny', layer: 'profile bench' })
  expect(bench.asked).toEqual([])
})

test('always is written down for other threads to have, no wider than shown, and not asked again here', async () => {
  const home = { path: '' }
  const answer: ApprovalAnswer = { decision: 'always', proposal: 'prefix', by: 'person' }
  await using bench = await openAskingGate({
    answer: () => answer,
    async keepRules(rules) {
      for (const each of rules)
        if (each.type === 'command') await appendRule(home.path, { pattern: each.pattern.flat(), decision: 'allow' })
    },
  })
  home.path = bench.codexHome
  expect(await bench.gate.authorize(run('git push origin'), signal)).toMatchObject({
    outcome: 'allow',
    approvedBy: 'person',
  })
  expect(bench.asked[0]?.decisions).toEqual(['once', 'turn', 'session', 'always', 'deny'])
  expect(await bench.gate.authorize(run('git push -f'), signal)).toMatchObject({
    outcome: 'allow',
    approvedBy: 'grant',
  })
  await using next = await openAskingGate({ rules: alwaysRulesFile(home.path) })
  const decision = await next.gate.authorize(run('git push origin'), signal)
  expect(decision).toMatchObject({ outcome: 'allow' })
  expect([decision.approvedBy, next.asked]).toEqual([undefined, []])
  expect(await next.gate.authorize(run('git clean -fd'), signal)).toMatchObject({ approvedBy: 'person' })
  expect(next.asked.map(({ action }) => action)).toMatchObject([{ script: 'git clean -fd' }])
})

test('a rule that cannot be written down denies, and always is not offered where it would not save the question', async () => {
  await using unwritable = await openAskingGate({
    answer: () => ({ decision: 'always', proposal: 'prefix', by: 'person' }),
    keepRules: () => Promise.reject(new Error('the disk is full')),
  })
  expect(await unwritable.gate.authorize(run('git push origin'), signal)).toMatchObject({
    outcome: 'deny',
    reason: expect.stringContaining('the disk is full'),
  })
  // The user's own rule asks: one that allows would not outweigh it.
  await using own = await openAskingGate({ files: {}, keepRules: async () => undefined })
  const file = join(own.workspace.path, 'own.rules')
  await own.workspace.write({ 'own.rules': 'prefix_rule(pattern = ["make"], decision = "prompt")\n' })
  await using strict = await openAskingGate({ rules: file, keepRules: async () => undefined })
  await strict.gate.authorize(run('make all'), signal)
  expect(strict.asked[0]?.proposals.map(({ form, decisions }) => [form, ...decisions])).toEqual([
    ['exact', 'turn', 'session'],
  ])
})

test('an answer that was not offered is a denial', async () => {
  for (const answer of [
    'always',
    { decision: 'session', proposal: 'family', by: 'person' },
    { decision: 'always', proposal: 'exact', by: 'agent' },
    { decision: 'yes', by: 'person' } as unknown as 'once', // what a program could answer
  ] as const) {
    await using bench = await openAskingGate({ answer: () => answer })
    expect(await bench.gate.authorize(run('git push'), signal)).toMatchObject({ outcome: 'deny' })
  }
})

test('a permission under strict review has every command of the turn reviewed, once each, and ends with the turn', async () => {
  const answers: ApprovalAnswer[] = [{ decision: 'turn', strictReview: true, by: 'person' }]
  await using bench = await openAskingGate({
    answer: () => answers.shift() ?? { decision: 'deny', by: 'agent', reason: 'not for this' },
    permissions: (root) => ({ write: { allow: [{ allow: [`${root}/a`], deny: [] }], askable: [] } }),
  })
  const wanted = { kind: 'permission', of: 'write', subject: '/opt/x', purpose: 'p' } as const
  expect(await bench.gate.authorize(wanted, signal)).toMatchObject({ outcome: 'allow' })
  const reviewed = await bench.gate.authorize(run('ls'), signal)
  expect(reviewed).toMatchObject({
    outcome: 'deny',
    layer: 'strict review',
    reason: expect.stringContaining('not for this'),
  })
  expect(bench.asked[1]).toMatchObject({ reviewer: 'agent', decisions: ['once', 'deny'], proposals: [] })
  bench.gate.endTurn()
  expect(await bench.gate.authorize(run('ls'), signal)).toMatchObject({ outcome: 'allow' })
  expect(bench.asked).toHaveLength(2)
})
