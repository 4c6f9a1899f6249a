import { expect, test } from 'vitest'
import { exampleLanguage, languageOfName, rulesByLanguage } from './language-of.ts'
import { openParser } from './open-parser.ts'
import { definitionKind } from './scan-rule.ts'
import { scanText } from './scan-text.ts'
import { hideTemplateTags, javaOfPage } from './template-tags.ts'

const page = `<%@ page contentType="text/html" %>
<% String q = request.getParameter("q"); if (q.length() < 9) { %>
<a href="<%= link(q) %>">next</a>
<% } %>
<script>eval(x)</script>
`

test('tags of templates become text of the same length', () => {
  const hidden = hideTemplateTags(page)
  expect(hidden).toHaveLength(page.length)
  expect(hidden).toContain('<a href="‹%= link(q) %›">next</a>')
  expect(hidden.split('\n')).toHaveLength(page.split('\n').length)
})

test('the Java of a page stands where it stood, and what is printed is a call', () => {
  const java = javaOfPage(page)
  expect(java).toHaveLength(page.length)
  const line = java?.split('\n')[2] ?? ''
  expect(line.trim()).toBe('__( link(q) );')
  expect(line.indexOf('link')).toBe(page.split('\n')[2]?.indexOf('link'))
  expect(javaOfPage('<p><%= name %></p>')).toBeUndefined()
})

test.each(['list.jsp', 'show.html.erb', 'mail.j2', 'home.twig', 'card.eta', 'Index.cshtml'])(
  '%s is read as a page',
  (name) => {
    const language = languageOfName(name)
    expect(typeof language === 'object' ? language.name : undefined).toBe('html')
  },
)

test('rules find Java and scripts of a page at their places', async () => {
  expect(await found('java', '__($VALUE)', 'flow: { value: $VALUE }', page.replace('link(q)', 'q'))).toEqual([
    { line: 3, column: 10 },
  ])
  expect(await found('javascript', 'eval($CODE)', '', page)).toEqual([{ line: 5, column: 9 }])
})

async function found(language: string, pattern: string, more: string, text: string) {
  const rule = `id: example\nseverity: high\nmessage: found\nwhy: It is bad.\nlanguage: ${language}\nrule: { pattern: '${pattern}' }\n${more}\n`
  const [parsed] = definitionKind.parse({ file: 'example.yml', text: rule })
  if (parsed?.id === undefined) throw new Error(JSON.stringify(parsed?.diagnostics))
  const source = { text, language: exampleLanguage('html'), isTest: false }
  const scan = scanText(source, rulesByLanguage([parsed.value]), await openParser())
  expect(scan.brokenRules).toEqual([])
  return scan.findings.map(({ range }) => range.start)
}
