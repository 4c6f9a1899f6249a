import { spawnSync } from 'node:child_process'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { checkScript } from '../src/security/exec-policy/check-script.ts'
import { anyScript, brokenText } from './support/fuzz/any-script.ts'
import { lenientParser } from './support/fuzz/lenient-parser.ts'
import { execPolicyOf, ruleOf } from './support/rule-corpus/forbid-hit.ts'
import { parserTraps } from './support/rule-corpus/parser-traps.ts'
import { scriptsThatHit } from './support/rule-corpus/rule-lab.ts'
import { shellConstructs } from './support/rule-corpus/shell-constructs.ts'

const programs = ['ls', 'cat', 'echo', 'grep x', 'git status', 'true', 'test -f a', 'printf %s']
const builtins = 'read cd set declare export eval trap exec bash wait false'.split(' ')
const policy = execPolicyOf([
  ruleOf(['hit'], 'forbidden'),
  ...[...builtins, ...programs].map((words) => ruleOf(words.split(' ').slice(0, 1), 'allow')),
])
const everyConstruct = fc.constantFrom(
  ...shellConstructs.map((line) => line.replaceAll('@C', 'ls').replaceAll('@T', "'ls'")),
)
const withHit = anyScript([...programs, 'hit', 'hit']).filter((script) => /\bhit\b/.test(script))
/** Arithmetic evaluates the texts of variables, and these are not always known. */
const plain = anyScript(programs).filter((script) => !script.includes('(('))
const answerTo = async (script: string) => (await checkScript(script, policy)).answer

function isAccepted(script: string): boolean {
  return spawnSync('bash', ['-n', '-c', script], { stdio: 'ignore' }).status === 0
}

/** Where each value takes a process: a tenth as many in the long tests. */
const longRuns = fc.readConfigureGlobal()?.numRuns
const withProcess = { numRuns: longRuns === undefined ? 100 : longRuns / 10 }
/** In `npm test` the same values every time, since what bash refuses and a parser takes is found seldom. */
const seed = longRuns === undefined ? { seed: 8 } : {}

test('the scripts of the generator are ones', () => {
  fc.assert(
    fc.property(anyScript(programs), (script) => {
      expect([script, isAccepted(script)]).toEqual([script, true])
    }),
    { ...withProcess, ...seed },
  )
})

test('no trap of the grammar hides a command that bash runs', async () => {
  const hidden: string[] = []
  for (const script of parserTraps) if ((await answerTo(script)) !== 'forbidden') hidden.push(script)
  expect([...(await scriptsThatHit(hidden))]).toEqual([])
})

test('a forbidden command is found wherever the grammar of the shell lets one stand', async () => {
  await fc.assert(
    fc.asyncProperty(withHit, async (script) => {
      expect([script, await answerTo(script)]).toEqual([script, 'forbidden'])
    }),
  )
})

test('a script without it is not taken for one with it', async () => {
  await fc.assert(
    fc.asyncProperty(plain, async (script) => {
      expect([script, await answerTo(script)]).not.toEqual([script, 'forbidden'])
    }),
  )
})

test('what bash refuses to parse is not allowed by rules, but for what is named', async () => {
  await fc.assert(
    fc.asyncProperty(fc.oneof(brokenText(anyScript(programs)), brokenText(everyConstruct)), async (script) => {
      const answer = await answerTo(script)
      if ((answer !== 'match' && answer !== 'safe') || lenientParser.some((text) => text.test(script))) return
      expect([script, isAccepted(script)]).toEqual([script, true])
    }),
    { ...withProcess, ...seed },
  )
})

test('a text of any characters is read to an answer', async () => {
  await fc.assert(
    fc.asyncProperty(fc.oneof(brokenText(withHit), fc.string({ unit: 'binary', maxLength: 60 })), async (script) => {
      expect(['safe', 'match', 'prompt', 'forbidden', 'unverified']).toContain(await answerTo(script))
    }),
  )
})
