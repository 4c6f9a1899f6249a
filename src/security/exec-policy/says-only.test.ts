import { expect, test } from 'vitest'
import type { PolicyRule } from '../../plugin-api/index.ts'
import { checkScript } from './check-script.ts'
import { createExecPolicy } from './exec-policy.ts'

function policyOf(patterns: readonly (readonly string[])[], layer: 'user' | 'builtin') {
  const decision = layer === 'user' ? 'forbidden' : 'prompt'
  const rules: PolicyRule[] = patterns.map((each) => ({ pattern: [...each], decision, match: [], not_match: [] }))
  const value = { id: 'p', description: '', rules, ruleLines: rules.map(() => 1) }
  return createExecPolicy([
    { kind: 'policy', id: 'p', value, origin: { layer, file: '/p.toml', trusted: true }, shadows: [] },
  ])
}

const patterns = [
  ['git', 'push'],
  ['git', 'clean'],
  ...['npm', 'pnpm', 'yarn', 'cargo'].map((each) => [each, 'publish']),
]
const builtin = policyOf(patterns, 'builtin')
const own = policyOf([...patterns, ['make', 'release'], ['gradle', 'publish']], 'user')
const answerOf = async (script: string, policy: typeof own) => (await checkScript(script, policy)).answer

test.each([
  'git push --help',
  'git push -n origin main',
  'git -C d push --dry-run',
  'git clean -nfd',
  'git clean --dry-run',
  'npm publish --help',
  'npm publish --dry-run',
  'npm publish --tag next --dry-run .',
  'pnpm publish --dry-run',
  'cargo publish --dry-run --allow-dirty',
  'cargo publish -n',
])('%s is no question of the built-in policy, and what a person forbids', async (script) => {
  expect(await answerOf(script, builtin)).toBe('unverified')
  expect(await answerOf(script, own)).toBe('forbidden')
})

test.each([
  'git push -n --no-dry-run',
  'git push -- -n',
  'git push -o -n origin',
  'git push origin --help',
  'git push -n "$X"',
  'git clean -fe -n',
  'git clean -f -- -n',
  'git clean -fd',
  'git clean -n; git clean -f',
  'npm publish --dry-run false',
  'npm publish --dry-run=false',
  'npm publish --dry-run --no-dry-run',
  'npm publish --tag --dry-run',
  'npm publish -- --dry-run',
  'yarn publish --dry-run',
  'cargo publish --token -n',
])('%s is asked about', async (script) => {
  expect(await answerOf(script, builtin)).toBe('prompt')
})

test.each([
  'cargo +nightly test publish',
  'gradle :publish:test',
  './gradlew :publish:build',
  'make TAG="$(git describe --always)" all',
  'make -C "$DIR" test',
])('%s is free of rules about a word that stands elsewhere in it', async (script) => {
  expect(await answerOf(script, own)).toBe('unverified')
})

test.each([
  'cargo +nightly publish',
  'cargo +nightly -q publish',
  'gradle :test:publish',
  'gradle :test:pub',
  'make TAG=$TAG all',
  'make "$TAG"',
  'make -j "$N"',
  'make V="$V" "$TAG"',
  'make "re$X"',
  'git "$SUB"',
  'git "pu$X"',
])('%s is held', async (script) => {
  expect(await answerOf(script, own)).toBe('forbidden')
})
