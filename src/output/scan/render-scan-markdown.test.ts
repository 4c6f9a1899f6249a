import fc from 'fast-check'
import { expect, test } from 'vitest'
import { anyReport, sampleDocument, sampleFinding } from '../../../test/support/sample-findings.ts'
import { renderScanMarkdown } from './render-scan-markdown.ts'

const sources = new Map([['src/a.js', 'const x = 1\n  eval(x)\n']])

test('a finding is a section with its place, code, flow, reason and fix', () => {
  const text = renderScanMarkdown(sampleDocument([sampleFinding()]), sources)
  expect(text).toContain(
    '## HIGH (1)\n\n### `src/a.js:2:3`\n\nVariable text is run as code  \n`js-eval` · CWE-94 · A03:2021 · medium confidence',
  )
  expect(text).toContain('```\n  1 | const x = 1\n> 2 |   eval(x)\n```')
  expect(text).toContain('1. line 1: data of the request: `req.query`\n2. `src/b.js`, line 2:')
  expect(text).toContain('**Why:** It runs with all rights.')
  expect(text).toContain('**Fix:** Use JSON.parse.')
  expect(text).toContain('- src/c.js:4: syntax error')
})

test('addresses are links as they are, and code in a sentence is code', () => {
  const reference = 'https://cheatsheets.example/OS_Command_Injection_(part).html'
  const finding = { ...sampleFinding(), references: [reference], why: 'It is `a_b` twice, and ` alone.' }
  const text = renderScanMarkdown(sampleDocument([finding]), sources)
  expect(text).toContain(`- <${reference}>`)
  expect(text).toContain('**Why:** It is `a_b` twice, and \\` alone.')
})

test('whatever findings and code say, each finding is one section and no heading, fence, link or tag is theirs', () => {
  fc.assert(
    fc.property(anyReport, ({ document, sources: texts }) => {
      const prose = withoutCode(renderScanMarkdown(document, texts))
      expect(prose.filter((line) => line.startsWith('### '))).toHaveLength(document.findings.length)
      const groups = new Set(document.findings.map(({ severity }) => severity)).size
      expect(prose.filter((line) => line.startsWith('## '))).toHaveLength(groups + 1)
      expect(prose.filter((line) => /^ {0,3}(?:#|[=]+$|>|~~~)/.test(line))).toHaveLength(
        document.findings.length + groups + 2,
      )
      const marks = prose
        .map((line) => line.replace(/^- <https?:\/\/[^\s<>]+>$/, ''))
        .join('\n')
        .replace(/\\[\\`*_{}[\]()#+!|~]/g, '')
      expect(marks).not.toMatch(/[<>[\]]/)
    }),
  )
})

/** The lines outside of fenced code, in which no fence may be open at the end; code within lines is taken out. */
function withoutCode(text: string): readonly string[] {
  let fence: string | undefined
  const lines: string[] = []
  for (const line of text.split('\n')) {
    const ticks = /^`{3,}$/.exec(line)?.[0]
    if (fence === undefined && ticks) fence = ticks
    else if (fence !== undefined && ticks && ticks.length >= fence.length) fence = undefined
    else if (fence === undefined) lines.push(line.replace(/(?<![\\`])(`+)(?!`)[^\n]*?(?<!`)\1(?!`)/g, 'CODE'))
  }
  expect(fence).toBeUndefined()
  return lines
}
