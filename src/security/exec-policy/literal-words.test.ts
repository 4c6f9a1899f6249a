import { expect, test } from 'vitest'
import { policyKind } from '../../definitions/parse-policy.ts'
import { literalWords } from './literal-words.ts'

function told(...calls: readonly string[]) {
  const [parsed] = policyKind.parse({ file: '/x.rules', text: calls.join('\n') })
  if (parsed === undefined || !('value' in parsed)) throw new Error('the rules do not load')
  return literalWords(parsed.value).map(({ index, path, message }) => [index, path.join('.'), message])
}

test.each([
  ['tou?h', '"tou?h" has a ?'],
  ['tou[cx]h', '"tou[cx]h" has a ['],
  ['~/x', '"~/x" is not looked up'],
  ['$HOME/x', '"$HOME/x" is not replaced'],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the text of a shell
  ['${TOOL}', 'is not replaced'],
])('a program that a rule names as %s is told, whatever the rule says', (program, says) => {
  for (const decision of ['allow', 'prompt', 'forbidden']) {
    expect(told(`prefix_rule(["${program}"], "${decision}")`)).toEqual([
      [0, 'pattern.0', expect.stringContaining(says)],
    ])
  }
})

test('an empty word behind the program is told, with the place of its rule and its alternative', () => {
  expect(told('prefix_rule(["ls"], "allow")', 'prefix_rule(["touch", ["a", ""]], "allow")')).toEqual([
    [1, 'pattern.1.1', 'An empty word matches an empty argument alone, and not every one'],
  ])
})

test.each(['*.o', 'x?', '~/.ssh', '$HOME'])('the argument %s is told of a rule that asks or forbids alone', (word) => {
  expect(told(`prefix_rule(["rm", "${word}"], "forbidden")`)).toHaveLength(1)
  expect(told(`prefix_rule(["rm", "${word}"], "prompt")`)).toHaveLength(1)
  expect(told(`prefix_rule(["rm", "${word}"], "allow")`)).toEqual([])
})

test('words that a shell would leave as they are are not told', () => {
  const words = '["[", "HEAD~1", "a$", "-rf", "@{u}", "http://a/b", "x~", "~user", "[]"]'
  expect(told(`prefix_rule(${words}, "forbidden")`)).toEqual([])
})
