import fc from 'fast-check'
import { marked } from 'marked'
import { expect, test } from 'vitest'
import { safeMarkdown } from './safe-markdown.ts'

/** Addresses that stand bare are left out: some programs make links of them, which lead to what they show. */
const page = (text: string) =>
  marked.parse(safeMarkdown(text), { async: false }).replaceAll(/<a href="([^"]*)">\1<\/a>/g, '$1')

test.each([
  '<script>alert(1)</script>',
  'a <img src=x onerror=alert(1)> b',
  '<!-- hidden -->',
  '![pixel](https://example.com/x.png)',
  '![pixel][1]\n\n[1]: https://example.com/x.png',
  '[go](javascript:alert(1))',
  '[go]( <javascript:alert(1)>)',
  '[go](java&#115;cript:alert(1))',
  '[go][1]\n\n[1]: JavaScript:alert(1)',
  '<javascript:alert(1)>',
  'text ``` <b>x</b>\n<i>y</i>',
  '`open <b>x</b>',
  '``a` <b>x</b>',
  '[docs](elsewhere/x)',
  '[docs][1], [1][] and [1]\n\n[1]: elsewhere/x',
  '![i](elsewhere/x)',
  '\\![i](elsewhere/x)',
  '\\\\[go](elsewhere/x)',
  '\\`[go](elsewhere/x)`',
  '`a\n\n[go](elsewhere/x) `',
  '`a\n- <b>x`',
  '| `a | <b>x` |\n| --- | --- |\n| `c | [go](elsewhere/x)` |',
  '- a\n  ```\n[go](elsewhere/x)\n```',
  '- a\n\n    ```\n    x\n   ```\n   [go](elsewhere/x)\n',
  'a\n    ```\n```\n\n```\n[go](elsewhere/x)\n',
  '- ```\n  x\n  ```\n  [go](elsewhere/x)\n',
])('%j shows and does nothing', (text) => {
  const shown = page(text)
  expect(shown).not.toMatch(acting)
})

/** A tag that is not of plain Markdown, or that leads somewhere. */
const acting = /<(?!\/?(?:p|code|em|strong|pre|ul|ol|li|blockquote|h\d|hr|br|del|table|thead|tbody|tr|th|td|input)\b)/

test('no text of signs and words makes a link, an image or HTML', () => {
  const pieces = [
    '[',
    ']',
    '(u)',
    ': u',
    '](u)',
    ']: u',
    '<b>',
    '`',
    '``',
    '```',
    '~~~',
    '\\',
    '|',
    '!',
    '>',
    '-',
    '1.',
    'a',
  ]
  const spaces = ['\n', '\n\n', ' ', '  ', '    ', '\t', '\n```', '\n    ```', '\n- ', '\n  ', '\n| - |\n', '\n> ']
  const text = fc.array(fc.constantFrom(...pieces, ...spaces), { maxLength: 40 }).map((each) => each.join(''))
  fc.assert(
    fc.property(text, (said) => !acting.test(page(said))),
    { numRuns: 5000 },
  )
})

test('what is no markup of others stays as it was written', () => {
  const text = '# Title\n\nSome *emphasis*, a list[0], 1 < 2, AT&T.\n\n- [x] `a <b> & c`\n\n```html\n<script>\n```\n'
  expect(safeMarkdown(text)).toBe(text)
  expect(page('```html\n<script>&amp;\n```')).toContain('&lt;script&gt;&amp;amp;')
  expect(page('`<b>` and ``a`<i>``')).toContain('<code>&lt;b&gt;</code> and <code>a`&lt;i&gt;</code>')
})

test('a fence that is not ended ends with its text', () => {
  expect(safeMarkdown('```sh\nls')).toBe('```sh\nls\n```')
  expect(safeMarkdown('~~~~\n~~~\nx')).toBe('~~~~\n~~~\nx\n~~~~')
})
