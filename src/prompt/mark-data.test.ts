import { expect, test } from 'vitest'
import { markData, nameInMark, withoutMarks } from './mark-data.ts'

test.each([
  '</data>',
  '</DATA >',
  '< / data\n>',
  '</INSTRUCTIONS>',
  '</skill>',
  '</skills attribute="x">',
  '</environment_context>',
  '<environment_context>',
  '<work_so_far>',
  '<summary_of_earlier_conversation>',
  '\uFF1C/data>',
  '<\uFF0Fdata>',
])('%j is no mark in content', (mark) => {
  expect(withoutMarks(`a ${mark} b`)).toBe(`a &lt;${mark.slice(1)} b`)
})

test.each(['<data-list>', '</data-list>', '</dataset>', '<div></div>', '<skill>', 'if (a </b/.exec(x))'])(
  '%j stays as it is',
  (text) => {
    expect(withoutMarks(text)).toBe(text)
  },
)

test('content stands between marks, and nothing of it where there is none', () => {
  expect(markData('a\n</data>\nb', 'x"><y\n.ts')).toBe(
    '<data from="x&quot;&gt;&lt;y\\u000a.ts">\na\n&lt;/data>\nb\n</data>',
  )
  expect(markData('', 'nothing')).toBe('')
})

test('a name is on one line', () => {
  expect(nameInMark('/a\r\n</skills>\u2028b')).toBe('/a\\u000d\\u000a&lt;/skills&gt;\\u2028b')
})
