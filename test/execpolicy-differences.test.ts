import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { checkArguments } from '../src/cli/check-arguments.ts'
import { checkRules } from '../src/cli/check-rules.ts'
import { parseRules } from '../src/definitions/parse-rules.ts'
import { type ExecpolicyCase, execpolicyCases } from './support/execpolicy-cases.ts'

/** What a real Codex answers to each case, by `scripts/record-execpolicy.ts`; a number is an exit code. */
const { recordedFrom, answers } = z
  .object({ recordedFrom: z.string(), answers: z.array(z.unknown()) })
  .parse(JSON.parse(readFileSync(new URL('fixtures/execpolicy-answers.json', import.meta.url), 'utf8')))

/** What Codex evaluates, or takes for a value without effect: only calls with literal values are read here, on purpose. */
const refusedHere = new Set([
  'pass\n',
  '1\n',
  'None\n',
  '[1]\n',
  'prefix_rule\n',
  '(prefix_rule(pattern=["ls"]))\n',
  'x = ["ls"]\nprefix_rule(pattern=x)\n',
  'def f():\n  prefix_rule(pattern=["ls"])\nf()\n',
  'for x in ["ls"]:\n  prefix_rule(pattern=[x])\n',
  'prefix_rule(pattern=["l" + "s"])\n',
  'prefix_rule(pattern=["%s" % "ls"])\n',
  'prefix_rule(pattern=["LS".lower()])\n',
  'prefix_rule(pattern=[f"ls"])\n',
  'prefix_rule(["ls"] if True else ["cat"])\n',
  'prefix_rule([x for x in ["ls"]])\n',
  'prefix_rule(list(["ls"]))\n',
  'prefix_rule(*[["ls"]])\n',
])

test('execpolicy check answers every case as Codex does, but for what is computed', () => {
  expect(recordedFrom).toMatch(/^codex-cli \d/)
  expect(answers).toHaveLength(execpolicyCases.length)
  const different = execpolicyCases.flatMap((each, index) => {
    const ours = answerOf(each)
    return JSON.stringify(ours) === JSON.stringify(answers[index]) ? [] : [{ ...each, ours, codex: answers[index] }]
  })
  const named = different.filter(
    ({ files, ours, codex }) => refusedHere.has(files[0] ?? '') && ours === 1 && codex !== 1,
  )
  expect(different.filter((each) => !named.includes(each))).toEqual([])
  expect(named.map(({ files: [text] }) => text).sort()).toEqual([...refusedHere].sort())
})

test('what begins no option begins the command, and what is missing is said', () => {
  const files = ['a', 'b']
  const both = { isPretty: false, resolvesHosts: false }
  expect(checkArguments(['-r', 'a', '--rules=b', 'git', '-r', 'c'])).toEqual({
    ...both,
    files,
    command: ['git', '-r', 'c'],
  })
  expect(checkArguments(['--pretty', '--rules', 'a', '-r', 'b', '--', '--pretty'])).toEqual({
    ...{ files, command: ['--pretty'] },
    ...{ isPretty: true, resolvesHosts: false },
  })
  expect(checkArguments(['-r', 'a', '-r', 'b', '--bogus', 'git'])).toEqual({
    ...both,
    files,
    command: ['--bogus', 'git'],
  })
  for (const argv of [['-r'], ['-r', 'a'], ['git'], ['-ra', 'git'], ['-r', 'a', '--pretty'], []]) {
    expect(checkArguments(argv)).toBeUndefined()
  }
})

/** Ours, in the words of the record. */
function answerOf({ files, resolves, command }: ExecpolicyCase): unknown {
  const asked = checkArguments(['-r', 'x.rules', ...command])
  const parsed = files.map((text) => parseRules(text, 'x.rules'))
  if (asked === undefined) return 2
  if (parsed.some(({ diagnostics }) => diagnostics.some(({ severity }) => severity === 'error'))) return 1
  return checkRules(asked.command, parsed, { resolveFrom: resolves ? '/nowhere' : undefined })
}
