import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { anyReport, sampleDocument, sampleFinding } from '../../../test/support/sample-findings.ts'
import { pageScript, pageStyle } from './html-style.ts'
import { renderScanHtml } from './render-scan-html.ts'

const sources = new Map([['src/a.js', 'const x = 1\n  eval(x)\n']])
const page = renderScanHtml(sampleDocument([sampleFinding()]), sources)

test('a page has the finding, its code with the mark, the way of the data, the reason and the fix', () => {
  expect(page).toContain('<span class="place">src/a.js:2:3</span>')
  expect(page).toContain('<i>2</i>  <mark>eval</mark>(x)</span>')
  expect(page).toContain('line 1:</span> data of the request: <code>req.query</code>')
  expect(page).toContain('src/b.js, line 2:</span>')
  expect(page).toContain('<dt>Why</dt><dd>It runs with all rights.</dd>')
  expect(page).toContain('<dt>Fix</dt><dd>Use JSON.parse. codex scan --fix does it.</dd>')
})

test("the page's policy lets its own style and script run, and nothing else", () => {
  const policy = /Content-Security-Policy" content="([^"]*)"/.exec(page)?.[1]
  const hash = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`
  const own = (tag: string) => new RegExp(`<${tag}>([\\s\\S]*?)</${tag}>`).exec(page)?.[1] ?? ''
  expect(policy).toBe(
    `default-src 'none'; style-src ${hash(own('style'))}; script-src ${hash(own('script'))}; base-uri 'none'; form-action 'none'`,
  )
})

test('a page asks for nothing outside of itself', () => {
  expect(page).not.toMatch(/<(?:link|img|iframe|object|embed|base)\b|\ssrc=|@import|url\(/i)
})

test('a link leads to the web alone', () => {
  const references = ['javascript:alert(1)', 'data:text/html,x', 'https://example.org/"><b>', 'HTTPS://example.org/ok']
  const html = renderScanHtml(sampleDocument([sampleFinding({ references })]), sources)
  const hrefs = [...html.matchAll(/href="([^"]*)"/g)].map(([, href]) => href)
  expect(hrefs).toEqual([
    '#high',
    '#f0123456789ab',
    'https://example.org/&quot;&gt;&lt;b&gt;',
    'HTTPS://example.org/ok',
  ])
})

test('a page of thousands of findings has code for the worst of them, and a row for each of the others', () => {
  const findings = Array.from({ length: 3000 }, (_, index) =>
    sampleFinding({ severity: index < 5 ? 'critical' : 'low' }),
  )
  const html = renderScanHtml(sampleDocument(findings), sources)
  expect(html.match(/<article /g)).toHaveLength(1000)
  expect(html.match(/<tr /g)).toHaveLength(2000)
  expect(html).toContain('2,000 findings more, without code')
})

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const hiddenCharacters = /[\u0000-\u0008\u000b-\u001f\u202a-\u202e\u2066-\u2069]/

/** What the page's own templates can write between angle brackets. */
const ownTag =
  /^<(?:!doctype html|\/?(?:html|head|body|main|header|h1|h2|h3|p|b|ul|ol|li|dl|dt|dd|div|section|article|span|code|pre|mark|i|details|summary|table|thead|tbody|tr|th|td|select|option|footer|style|script|title|a|output|label|time|meta|input)(?: (?:class|id|lang|charset|http-equiv|content|name|data-severity|data-category|data-file|scope|role|type|placeholder|aria-label|value|rel|datetime|href)="[^"<>]*"| hidden| checked)*)>$/

test('whatever findings, code and paths say, no markup of theirs is in the page, and the only script is its own', () => {
  fc.assert(
    fc.property(anyReport, ({ document, sources: texts }) => {
      const html = renderScanHtml(document, texts)
      const scripts = [...html.matchAll(/<script\b[^>]*>([\s\S]*?)<\/script/gi)].map(([, text]) => text)
      expect(scripts).toEqual([pageScript])
      const rest = html.replace(pageScript, '').replace(pageStyle, '')
      for (const [tag] of rest.matchAll(/<[^>]*>?/g)) expect(tag).toMatch(ownTag)
      for (const [, href = ''] of rest.matchAll(/href="([^"]*)"/g)) expect(href).toMatch(/^(?:#\w+$|https?:\/\/)/i)
      expect(rest.isWellFormed()).toBe(true)
      expect(rest).not.toMatch(hiddenCharacters)
    }),
  )
})
