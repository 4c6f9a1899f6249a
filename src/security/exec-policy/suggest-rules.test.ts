import { expect, test } from 'vitest'
import type { Definition, OriginLayer, PolicyDefinition, PolicyRule } from '../../plugin-api/index.ts'
import { createExecPolicy } from './exec-policy.ts'
import { explainScript } from './explain-script.ts'
import { type RecordedScript, suggestRules } from './suggest-rules.ts'

function policy(
  layer: OriginLayer,
  rules: readonly (readonly [PolicyRule['pattern'], PolicyRule['decision']])[],
): Definition<PolicyDefinition> {
  const value = {
    id: layer,
    description: '',
    rules: rules.map(([pattern, decision]) => ({ pattern, decision, match: [], not_match: [] })),
    ruleLines: rules.map((_, index) => index + 1),
  }
  return { kind: 'policy', id: layer, value, origin: { layer, file: `/${layer}.toml`, trusted: true }, shadows: [] }
}

const execPolicy = createExecPolicy([
  policy('builtin', [
    [['git', 'status'], 'allow'],
    [['git', 'push'], 'prompt'],
    [['npm', 'publish'], 'prompt'],
  ]),
  policy('user', [[['deploy'], 'prompt']]),
])
const times = (number: number, script: string, was: RecordedScript['was']): readonly RecordedScript[] =>
  Array.from({ length: number }, () => ({ script, was }))
const brief = async (recorded: readonly RecordedScript[]) => {
  const { questions, saved, suggestions } = await suggestRules(recorded, execPolicy)
  return {
    ...{ questions, saved },
    rules: suggestions.map(({ rule, saves }) => [rule.pattern.flat().join(' '), saves]),
  }
}

test('a rule is suggested for what was asked and allowed, that saves most first, with what else it would match', async () => {
  const found = await suggestRules(
    [
      ...times(3, 'git push origin main', 'allowed'),
      ...times(1, 'git push origin dev', 'unanswered'),
      ...times(5, 'git status', 'unasked'),
      ...times(2, 'git push --dry-run', 'unasked'),
    ],
    execPolicy,
  )
  expect(found).toMatchObject({ questions: 4, saved: 4 })
  expect(found.suggestions[0]).toMatchObject({
    form: 'prefix',
    text: 'prefix_rule(pattern=["git", "push"], decision="allow")',
    saves: 4,
    unanswered: 1,
    scripts: ['git push origin main', 'git push origin dev'],
    matches: ['git push origin main', 'git push …'],
    alsoMatches: ['git push --dry-run'],
  })
  expect(found.suggestions.map(({ form, saves }) => [form, saves])).toEqual([
    ['prefix', 4],
    ['exact', 3],
    ['exact', 1],
  ])
})

test.each([
  'thing touch m',
  'thing -x "touch m"',
  'thing --with=/usr/bin/touch',
  'gcc -wrapper touch,m x.c',
  'sqlite3 x "select 1; touch m"',
])('a rule in whose words a forbidden command stands is not suggested: %s', async (script) => {
  const rules = createExecPolicy([policy('user', [[['touch'], 'forbidden']])])
  expect((await suggestRules(times(2, script, 'unanswered'), rules)).suggestions).toEqual([])
  expect((await suggestRules(times(2, 'thing other m', 'unanswered'), rules)).suggestions).not.toEqual([])
})

test('of what runs whatever it is given no rule is suggested, nor one by the name of a package', async () => {
  const given = ["sqlite3 x 'select 1'", 'make', '. ./s', 'ed f', 'gdb --args prog', 'gdb -q', 'expect x', 'python3 x']
  const packages = ['nix run pack', 'npx pack', 'npm exec pack', 'uvx pack', 'bun x pack', 'uv tool run pack']
  const scripts = [...given, ...packages, 'make all', 'ssh-agent prog m']
  const { suggestions } = await suggestRules(
    scripts.flatMap((script) => times(1, script, 'unanswered')),
    execPolicy,
  )
  const found = suggestions.map(({ rule, form }) => `${form}: ${rule.pattern.flat().join(' ')}`)
  // `prog`, of which nobody said what it runs, is what `gdb --args` and `ssh-agent` start.
  expect(found.toSorted()).toEqual(['exact: make all', 'exact: prog', 'exact: prog m'])
})

test('of rules that save the same the narrowest is suggested', async () => {
  expect(await brief(times(2, 'npm publish', 'allowed'))).toEqual({
    questions: 2,
    saved: 2,
    rules: [['npm publish', 2]],
  })
})

test('no rule is suggested that would allow what somebody refused', async () => {
  const recorded = [...times(3, 'git push origin main', 'allowed'), ...times(1, 'git push --force', 'refused')]
  expect(await brief(recorded)).toMatchObject({ rules: [['git push origin main', 3]] })
  expect(await brief([...recorded, ...times(1, 'ls && git push origin main -f', 'refused')])).toMatchObject({
    rules: [],
  })
})

test('what the user asks for by a rule, what is not known and what stands hidden in the log is not suggested', async () => {
  const recorded = [
    ...times(2, 'deploy prod', 'allowed'),
    ...times(2, '$x', 'allowed'),
    ...times(2, 'npm publish --otp [redacted]', 'allowed'),
    ...times(2, 'git push ~/mirror', 'allowed'),
  ]
  const { questions, rules } = await brief(recorded)
  expect(questions).toBe(8)
  expect(rules).toEqual([
    ['npm publish --otp', 2],
    ['git push', 2],
  ])
})

test('a script with several questions counts where one rule answers all of them, or all rules together do', async () => {
  const recorded = [
    ...times(1, 'git push origin main; npm publish', 'allowed'),
    ...times(1, 'npm publish', 'allowed'),
    ...times(1, 'git push origin main', 'allowed'),
  ]
  expect(await brief(recorded)).toEqual({
    questions: 3,
    saved: 3,
    rules: [
      ['git push origin main', 1],
      ['npm publish', 1],
    ],
  })
  const { suggestions } = await suggestRules(times(2, 'git push origin main; npm publish', 'allowed'), execPolicy)
  expect(suggestions).toMatchObject([
    { rule: { pattern: ['git', 'push', 'origin', 'main'] }, saves: 0, helps: 2 },
    { rule: { pattern: ['npm', 'publish'] }, saves: 0, helps: 2 },
  ])
})

test('what no rule knows is a question where it was asked about', async () => {
  expect(await brief(times(1, 'make test', 'allowed'))).toMatchObject({ questions: 1, rules: [['make test', 1]] })
  expect(await brief(times(1, 'make test', 'unasked'))).toEqual({ questions: 0, saved: 0, rules: [] })
})

test('an explanation has every rule that speaks of a command, which one decides, and what would allow it', async () => {
  const user = policy('user', [
    [['git'], 'allow'],
    [['git', 'push', '--force'], 'forbidden'],
  ])
  const own = policy('builtin', [[['git', 'push'], 'prompt']])
  const { commands, ...whole } = await explainScript('env git push origin; git log', createExecPolicy([own, user]))
  expect(whole).toMatchObject({ answer: 'prompt', rule: 'prompt git push', file: '/builtin.toml', line: 1 })
  expect(commands.map(({ words, answer }) => [words.join(' '), answer])).toEqual([
    ['git push origin', 'prompt'],
    ['git log', 'match'],
  ])
  expect(commands[0]?.rules).toMatchObject([
    { rule: 'prompt git push', layer: 'builtin', line: 1, decides: true },
    { rule: 'allow git', layer: 'user', line: 1, decides: false },
  ])
  expect(commands[0]?.proposals.map(({ rule }) => rule.pattern)).toEqual([
    ['git', 'push', 'origin'],
    ['git', 'push'],
  ])
  expect(commands[1]?.proposals).toEqual([])
})

test('what is forbidden, or hides what it does, has no rule that would allow it', async () => {
  const execPolicy = createExecPolicy([policy('user', [[['git', 'push', '--force'], 'forbidden']])])
  const { commands } = await explainScript('git push --force; find . -delete; deploy', execPolicy)
  expect(commands.map(({ answer, proposals }) => [answer, proposals.length])).toEqual([
    ['forbidden', 0],
    ['unverified', 0],
    ['unverified', 0],
  ])
})
