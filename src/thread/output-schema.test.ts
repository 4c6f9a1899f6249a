import { expect, test } from 'vitest'
import { openOutputSchema } from './output-schema.ts'

const schema = {
  type: 'object',
  properties: {
    name: { type: 'string' },
    tags: { type: 'array', items: { enum: ['a', 'b'] } },
  },
  required: ['name'],
  additionalProperties: false,
}

test.each([
  ['a message that fits', '{"name":"x","tags":["a"]}', []],
  ['a missing property', '{}', ["/: must have required property 'name'"]],
  [
    'a wrong type and a wrong word',
    '{"name":1,"tags":["c"]}',
    ['/name: must be string', expect.stringMatching(/^\/tags\/0: .*\["a","b"\]$/)],
  ],
  ['a property too much', '{"name":"x","more":1}', [expect.stringContaining("'more' is one")]],
  ['text around the JSON', 'Here: {"name":"x"}', [expect.stringMatching(/^it is not JSON: /)]],
  ['no message', '', [expect.stringMatching(/^it is not JSON: /)]],
])('%s is told path by path', async (_, text, problems) => {
  expect((await openOutputSchema(schema))(text)).toEqual(problems)
})

test.each([
  ['a list', [1], 'it is no JSON object'],
  ['nothing', null, 'it is no JSON object'],
  ['a type that there is not', { type: 'text' }, 'type'],
  ['a reference to nothing', { $ref: '#/$defs/none' }, '#/$defs/none'],
  ['a pattern that is none', { type: 'string', pattern: '(' }, 'regular expression'],
])('%s is no schema, which is said before any request', async (_, given, problem) => {
  // What a file held may be anything.
  const opened = openOutputSchema(given as Record<string, unknown>)
  await expect(opened).rejects.toMatchObject({ code: 'schema.invalid', message: expect.stringContaining(problem) })
})

test('the words of older drafts and of the newest are understood', async () => {
  const tuple = [{ type: 'string' }, { type: 'number' }]
  const older = await openOutputSchema({
    $schema: 'http://json-schema.org/draft-07/schema#',
    type: 'array',
    items: tuple,
  })
  const newest = await openOutputSchema({ type: 'array', prefixItems: tuple })
  for (const check of [older, newest]) {
    expect(check('["a", 1]')).toEqual([])
    expect(check('["a", "b"]')).toEqual(['/1: must be number'])
  }
})

test('many problems are cut, and their number is said', async () => {
  const check = await openOutputSchema({ type: 'array', items: { type: 'string' } })
  const problems = check(JSON.stringify(Array.from({ length: 30 }, (_, index) => index)))
  expect(problems).toHaveLength(21)
  expect(problems.at(-1)).toBe('… and 10 more')
})
