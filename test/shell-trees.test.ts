import { beforeAll, expect, test } from 'vitest'
import { knownBypasses } from './support/rule-corpus/known-bypasses.ts'
import { plainAttempts, ruleAttempts } from './support/rule-corpus/rule-attempts.ts'
import { everydayScripts } from './support/shell-trees/everyday-scripts.ts'
import { namedDifferences } from './support/shell-trees/named-differences.ts'
import { openTreeSitter, outlineByTreeSitter } from './support/shell-trees/outline-by-tree-sitter.ts'
import { outlineByUnbash } from './support/shell-trees/outline-by-unbash.ts'

// The product reads shell with unbash. tree-sitter-bash is a parser of other people: what both see of a script is compared.

beforeAll(openTreeSitter)

const outlines = (script: string) => ({
  script,
  ours: outlineByUnbash(script),
  theirs: outlineByTreeSitter(script),
})
const isNamed = (text: string) => namedDifferences.some((named) => named.in.test(text))

test('both parsers read scripts of every day alike', () => {
  const read = everydayScripts.map(outlines)
  expect(read.filter(({ ours, theirs }) => ours === undefined || theirs === undefined)).toEqual([])
  const different = read.filter(({ script, ours, theirs }) => !isNamed(script) && String(ours) !== String(theirs))
  expect(different).toEqual([])
})

test('both parsers see the same commands in the ways around rules, but for what is named', () => {
  const some = ruleAttempts({ whole: false }).filter((_, index) => index % 11 === 0)
  const scripts = [...everydayScripts, ...[...plainAttempts(), ...knownBypasses, ...some].map(({ script }) => script)]
  const read = scripts.map(outlines).filter(({ theirs }) => theirs !== undefined)
  expect(read.length).toBeGreaterThan(4000)
  expect(read.length / scripts.length).toBeGreaterThan(0.9)
  const different = read.filter(({ ours, theirs }) => String(ours) !== String(theirs))
  expect(different.filter(({ script }) => !isNamed(script))).toEqual([])
})

test.each(namedDifferences)('a difference is real: $what', ({ in: pattern, example }) => {
  const { ours, theirs } = outlines(example)
  expect(pattern.test(example)).toBe(true)
  expect(ours).not.toEqual(theirs)
})
