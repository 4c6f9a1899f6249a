import { marked } from 'marked'
import { expect, test } from 'vitest'
import { safeMarkdown } from './safe-markdown.ts'

const page = (text: string) => marked.parse(safeMarkdown(text), { async: false })

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
])('%j shows and does nothing', (text) => {
  const shown = page(text)
  expect(shown).not.toMatch(/<(?!\/?(?:p|a|code|em|strong|pre)\b)/)
  // An attribute is decoded once: what is an entity then is part of a name, and no scheme.
  const decoded = shown.replaceAll('&#115;', 's').replaceAll('&lt;', '<')
  expect(decoded).not.toMatch(/href="\s*(?:javascript|vbscript|data):/i)
})

test('what is no markup of others stays as it was written', () => {
  const text =
    '# Title\n\nSome *emphasis*, a [link](https://example.com), 1 < 2, AT&T.\n\n- `a <b> & c`\n\n```html\n<script>\n```\n'
  expect(safeMarkdown(text)).toBe(text)
  expect(page('```html\n<script>&amp;\n```')).toContain('&lt;script&gt;&amp;amp;')
  expect(page('`<b>` and ``a`<i>``')).toContain('<code>&lt;b&gt;</code> and <code>a`&lt;i&gt;</code>')
})

test('a fence that is not ended ends with its text', () => {
  expect(safeMarkdown('```sh\nls')).toBe('```sh\nls\n```')
  expect(safeMarkdown('~~~~\n~~~\nx')).toBe('~~~~\n~~~\nx\n~~~~')
})
