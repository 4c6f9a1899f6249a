import { expect, test } from 'vitest'
import { parseToml } from './parse-toml.ts'
import { isTable } from './table.ts'

const text = `# head
model = "m" # a = 1
a.b.c = 1
"quoted key".'lit.eral' = { x = [1, { y = 2 }], z = "}" }

[agents]
list = [
  "a", # ] not the end
  'b',
]
text = """
[not.a.table]
key = 1"""

[[step]]
id = "one"
[step.args]
n = 1
[[step]]
id = "two"
[[step.inner]]
k = 0
`

test.each([
  [['model'], { line: 2, column: 1 }],
  [['a'], { line: 3, column: 1 }],
  [['a', 'b', 'c'], { line: 3, column: 1 }],
  [['quoted key', 'lit.eral'], { line: 4, column: 1 }],
  [['quoted key', 'lit.eral', 'x', 1, 'y'], { line: 4, column: 39 }],
  [['quoted key', 'lit.eral', 'z'], { line: 4, column: 49 }],
  [['agents'], { line: 6, column: 1 }],
  [['agents', 'list', 1], { line: 9, column: 3 }],
  [['agents', 'text'], { line: 11, column: 1 }],
  [['step', 0, 'id'], { line: 16, column: 1 }],
  [['step', 0, 'args', 'n'], { line: 18, column: 1 }],
  [['step', 1], { line: 19, column: 1 }],
  [['step', 1, 'id'], { line: 20, column: 1 }],
  [['step', 1, 'inner', 0, 'k'], { line: 22, column: 1 }],
])('%j is found at its key', (path, place) => {
  expect(parseToml(text, '/f').locate(path)).toEqual(place)
})

test('a field that is not there is shown at its nearest table, and nowhere at the top', () => {
  const { locate } = parseToml(text, '/f')
  expect(locate(['step', 1, 'args'])).toEqual({ line: 19, column: 1 })
  expect(locate(['agents', 'enabled'])).toEqual({ line: 6, column: 1 })
  expect(locate(['nothing'])).toBeUndefined()
})

test('every value of a text has a place of its own, CRLF or not', () => {
  for (const source of [text, text.replaceAll('\n', '\r\n')]) {
    const { value, locate } = parseToml(source, '/f')
    const paths = leaves(value, [])
    expect(paths).toHaveLength(12)
    expect(new Set(paths.map((path) => JSON.stringify(locate(path)))).size).toBe(paths.length)
  }
})

function leaves(value: unknown, path: readonly (string | number)[]): readonly (readonly (string | number)[])[] {
  if (Array.isArray(value)) return value.flatMap((item, index) => leaves(item, [...path, index]))
  if (isTable(value)) return Object.entries(value).flatMap(([key, item]) => leaves(item, [...path, key]))
  return [path]
}
