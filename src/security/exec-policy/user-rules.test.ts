import { expect, test } from 'vitest'
import type { Definition, HostExecutable, OriginLayer, PolicyDefinition, PolicyRule } from '../../plugin-api/index.ts'
import { checkScript } from './check-script.ts'
import { createExecPolicy, withUserRule } from './exec-policy.ts'
import { pathRules } from './path-rules.ts'

type Written = readonly [PolicyRule['pattern'], PolicyRule['decision'], Partial<PolicyRule>?]

function policy(
  layer: OriginLayer,
  rules: readonly Written[],
  more: { readonly hosts?: readonly HostExecutable[]; readonly trusted?: boolean } = {},
): Definition<PolicyDefinition> {
  return {
    kind: 'policy',
    id: layer,
    value: {
      id: layer,
      description: '',
      rules: rules.map(([pattern, decision, others]) => ({ pattern, decision, match: [], not_match: [], ...others })),
      ruleLines: rules.map((_, index) => index + 1),
      ...(more.hosts !== undefined && { host_executables: more.hosts }),
    },
    origin: { layer, file: `/${layer}.rules`, trusted: more.trusted ?? true },
    shadows: [],
  }
}

const own = policy('builtin', [
  [['git', 'push'], 'prompt'],
  [['rm', ['-r', '-rf']], 'prompt'],
  [['mkfs'], 'forbidden'],
])
const answers = (...policies: readonly Definition<PolicyDefinition>[]) => {
  const execPolicy = createExecPolicy([own, ...policies])
  return async (script: string) => (await checkScript(script, execPolicy)).answer
}

test('a rule of the user answers a question that the program itself would ask, for as much as it says', async () => {
  const answer = answers(
    policy('user', [
      [['git', 'push', 'origin'], 'allow'],
      [['rm'], 'allow'],
      [['mkfs', 'x'], 'allow'],
    ]),
  )
  expect(await answer('git push origin main')).toBe('match')
  expect(await answer('env git push origin main')).toBe('match')
  expect(await answer('git push')).toBe('prompt')
  expect(await answer('git push $remote')).toBe('prompt')
  expect(await answer('git push "$(cat x)" origin')).toBe('prompt')
  expect(await answer('rm -rf build')).toBe('prompt')
  expect(await answer('mkfs x')).toBe('forbidden')
  expect(await answer('git push origin main && rm -rf build')).toBe('prompt')
  expect(await answer('$x')).toBe('forbidden')
})

test.each(['plugin', 'project'] as const)('a rule of a %s answers no question', async (layer) => {
  expect(await answers(policy(layer, [[['git', 'push'], 'allow']]))('git push')).toBe('prompt')
})

test.each(['user', 'plugin', 'project'] as const)('what a %s asks is not answered by a rule', async (layer) => {
  const answer = answers(policy('user', [[['git', 'push'], 'allow']]), policy(layer, [[['git', 'push'], 'prompt']]))
  expect(await answer('git push')).toBe('prompt')
})

test('the rule that answers is the one that is told', async () => {
  const execPolicy = createExecPolicy([own, policy('user', [[['git', 'push'], 'allow']])])
  expect(await checkScript('git push', execPolicy)).toMatchObject({ answer: 'match', file: '/user.rules', line: 1 })
})

test('one more rule of the user counts as those of the files do', async () => {
  const execPolicy = createExecPolicy([own])
  const more = withUserRule(execPolicy, ['git', 'push'])
  expect((await checkScript('git push', more)).answer).toBe('match')
  expect((await checkScript('git push', execPolicy)).answer).toBe('prompt')
})

test('a question that wants a person is marked, wherever in the line it stands', async () => {
  const asks = policy('user', [
    [['deploy'], 'prompt', { reviewer: 'human' }],
    [['deploy'], 'prompt'],
    [['deploy', 'x'], 'forbidden'],
  ])
  const execPolicy = createExecPolicy([own, asks])
  expect(await checkScript('deploy', execPolicy)).toMatchObject({ answer: 'prompt', reviewer: 'human' })
  expect(await checkScript('git push; deploy', execPolicy)).toMatchObject({ answer: 'prompt', reviewer: 'human' })
  expect(await checkScript('git push', execPolicy)).not.toHaveProperty('reviewer')
  expect((await checkScript('git push; deploy', execPolicy)).commands.map(({ reviewer }) => reviewer)).toEqual([
    undefined,
    'human',
  ])
})

const git = (...paths: string[]): HostExecutable => ({ name: 'git', paths, line: 1 })

test('a path is its program where host_executable lists it, and nowhere else', async () => {
  const allows: readonly Written[] = [
    [['git', 'status'], 'allow'],
    [['ls'], 'allow'],
  ]
  const answer = answers(policy('user', allows, { hosts: [git('/usr/bin/git', '/opt/work/bin/git')] }))
  expect(await answer('git status')).toBe('match')
  expect(await answer('/usr/bin/git status')).toBe('match')
  expect(await answer('/opt/work/bin/git status')).toBe('match')
  expect(await answer('/usr/local/bin/git status')).toBe('unverified')
  expect(await answer('./git status')).toBe('unverified')
  expect(await answer('/bin/ls')).toBe('match')
  const without = answers(policy('user', allows))
  expect(await without('/usr/local/bin/git status')).toBe('match')
  expect(await without('/opt/work/bin/git status')).toBe('unverified')
})

test('what is asked or forbidden is so under every path, whatever host_executable says', async () => {
  const answer = answers(policy('user', [[['git', 'gc'], 'forbidden']], { hosts: [git('/usr/bin/git')] }))
  expect(await answer('/opt/other/git push')).toBe('prompt')
  expect(await answer('/opt/other/git gc')).toBe('forbidden')
})

test('of several lists for a name the last of a file holds, all files have to agree, and a repository that is not trusted has none', async () => {
  const allows: readonly Written[] = [[['git', 'status'], 'allow']]
  const twice = answers(policy('user', allows, { hosts: [git('/usr/bin/git'), git('/opt/git')] }))
  expect(await twice('/usr/bin/git status')).toBe('unverified')
  expect(await twice('/opt/git status')).toBe('match')
  const narrower = policy('project', [], { hosts: [git('/opt/git', '/work/git')] })
  const both = answers(policy('user', allows, { hosts: [git('/opt/git', '/usr/bin/git')] }), narrower)
  expect(await both('/opt/git status')).toBe('match')
  expect(await both('/usr/bin/git status')).toBe('unverified')
  expect(await both('/work/git status')).toBe('unverified')
  const stranger = policy('project', [], { hosts: [git('/work/git')], trusted: false })
  expect(await answers(policy('user', allows), stranger)('/work/git status')).toBe('unverified')
  expect(await answers(policy('user', allows), stranger)('/usr/bin/git status')).toBe('match')
})

test('a rule that asks or forbids and names a path is about the program, under every path', async () => {
  const answer = answers(
    policy('user', [
      [['/usr/bin/touch'], 'forbidden'],
      [[['/opt/a/git', '/usr/bin/hg'], 'gc'], 'forbidden'],
    ]),
  )
  expect(await answer('touch m')).toBe('forbidden')
  expect(await answer('/bin/touch m')).toBe('forbidden')
  expect(await answer('env touch m')).toBe('forbidden')
  expect(await answer('/opt/a/git gc')).toBe('forbidden')
  expect(await answer('git gc')).toBe('forbidden')
  expect(await answer('hg gc')).toBe('forbidden')
})

test('a rule that allows a path allows no other spelling, and says so beforehand', async () => {
  const rules = policy('user', [
    [['/usr/bin/touch'], 'allow'],
    [[['hg', '/opt/a/git'], 'gc'], 'allow'],
    [['/usr/bin/rm'], 'forbidden'],
  ])
  expect(await answers(rules)('/usr/bin/touch m')).toBe('match')
  expect(await answers(rules)('touch m')).toBe('unverified')
  expect(pathRules(rules.value)).toEqual([
    {
      index: 0,
      name: 'touch',
      message: expect.stringContaining('allows only a command that is written as /usr/bin/touch'),
    },
    { index: 1, alternative: 1, name: 'git', message: expect.stringContaining('`git` alone is not allowed by it') },
  ])
})
