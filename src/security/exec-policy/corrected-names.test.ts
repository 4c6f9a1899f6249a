import { spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { checkScript } from './check-script.ts'
import { correctedNames } from './corrected-names.ts'
import { createExecPolicy } from './exec-policy.ts'
import { aliasesIn, correctsNames } from './git-aliases.ts'

const rules = [{ pattern: ['git', 'push'], decision: 'forbidden' as const, match: [], not_match: [] }]
const value = { id: 'p', description: '', rules, ruleLines: [1] }
const policy = createExecPolicy([
  { kind: 'policy', id: 'p', value, origin: { layer: 'user', file: '/p.rules', trusted: true }, shadows: [] },
])

test.each([
  'git -c help.autocorrect=immediate psuh x HEAD',
  'git -c Help.AutoCorrect=1 -C d pussh x',
  'git -c include.path=./f pshu x',
  'git --config-env=help.autocorrect=X puhs x',
  'GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=help.autocorrect GIT_CONFIG_VALUE_0=1 git psuh x',
  'git config help.autocorrect 1; git psuh x',
  'git -c help.autocorrect=1 send-pakc x',
  'git -c x.y=. for-each-repo --config=x.y push x',
  'git for-each-repo --config x.y -- -C d push x',
  'git subtree -P src push x b',
  'git subtree -q -m y --prefix src push x b',
  'git lfs push origin main',
  'git submodule foreach git push',
  'git submodule --quiet foreach --recursive "git push || :"',
  'git bisect run git push x',
  'git rebase -x "git push" main',
])('git push in other words is held: %s', async (script) => {
  expect((await checkScript(script, policy)).answer).toBe('forbidden')
})

test.each([
  'git -c help.autocorrect=1 stauts',
  'git -c help.autocorrect=1 pulll',
  'git -c help.autocorrect=1 comit -m push',
  'git psuh x',
  'git st',
  'git -c x.y=. for-each-repo --config=x.y fetch push',
  'git subtree -P push pull x b',
  'git subtree split -b push -P src',
  'git submodule foreach git status',
])('and other work of git is not: %s', async (script) => {
  expect((await checkScript(script, policy)).answer).not.toBe('forbidden')
})

test('help.autocorrect is seen in a configuration, with a value or none', () => {
  const ofText = (text: string) => correctsNames(new Map(aliasesIn(text).map(([name, each]) => [name, [each]])))
  expect(['[help]\n autoCorrect = 1', '[Help] autocorrect'].map(ofText)).toEqual([true, true])
  expect(ofText('[core]\n autocorrect = 1')).toBe(false)
})

test('whatever git itself takes a word for is among the names', () => {
  const typed = ['version', 'var', 'rev-parse'].flatMap((name) =>
    [...name].flatMap((letter, at) => [
      name.slice(0, at) + name.slice(at + 1),
      name.slice(0, at) + letter + name.slice(at),
      `${name.slice(0, at)}x${name.slice(at + 1)}`,
      name.slice(0, at) +
        name
          .slice(at, at + 2)
          .split('')
          .reverse()
          .join('') +
        name.slice(at + 2),
    ]),
  )
  const missed = typed.filter((word) => {
    const { stderr } = spawnSync('git', ['-c', 'help.autocorrect=immediate', word], { encoding: 'utf8' })
    const taken = /you meant '([^']+)'/.exec(stderr)?.[1]
    return taken !== undefined && !correctedNames(word, []).includes(taken)
  })
  expect(missed).toEqual([])
})
