import { expect, test } from 'vitest'
import { maskSecrets } from './mask-secrets.ts'

const same = (text: string) => text
const range = (line: number, column: number, endLine: number, endColumn: number) => ({
  start: { line, column },
  end: { line: endLine, column: endColumn },
})

test('a secret that a finding is about is covered, and places stay', () => {
  const finding = { range: range(2, 1, 2, 23), snippet: "const key = '[redacted]'" }
  expect(maskSecrets("a\nconst key = 'h4rd2gue'\nb", [finding], same)).toBe("a\nconst key = '********'\nb")
})

test('several secrets of one finding are covered', () => {
  const finding = { range: range(1, 1, 1, 18), snippet: "f('[redacted]', '[redacted]')" }
  expect(maskSecrets("f('one1', 'two2')  x", [finding], same)).toBe("f('****', '****')  x")
})

test('where the snippet does not fit, the whole range is covered', () => {
  const finding = { range: range(1, 3, 1, 10), snippet: "key = '[redacted] …" }
  expect(maskSecrets("a key='abc' b", [finding], same)).toBe("a *******c' b")
})

test('what the redactor finds is covered over several lines, which stay lines', () => {
  const redact = (text: string) => text.replace(/BEGIN[\s\S]*END/, '[redacted]')
  expect(maskSecrets('x\nBEGIN\nab c\nEND\ny', [], redact)).toBe('x\n*****\n** *\n***\ny')
})

test('a text without secrets is as it was', () => {
  expect(maskSecrets('const a = 1\n', [{ range: range(1, 1, 1, 5), snippet: 'const' }], same)).toBe('const a = 1\n')
})
