import { expect, test } from 'vitest'
import { reportFormat } from './report-format.ts'

test('a format is said once, by a flag or by the name of the file; - is standard output', () => {
  expect(reportFormat({ json: true })).toEqual({ format: 'json', output: undefined })
  expect(reportFormat({ output: '-' })).toEqual({ format: undefined, output: undefined })
  expect(reportFormat({ output: 'a/report.html' })).toEqual({ format: undefined, output: 'a/report.html' })
  expect(reportFormat({ output: 'a.b/report' })).toEqual({ format: undefined, output: 'a.b/report' })
  expect(reportFormat({ format: 'markdown', output: 'r.xml' })).toEqual({ format: 'markdown', output: 'r.xml' })
  expect(reportFormat({ json: true, output: 'r.json' })).toEqual({ format: 'json', output: 'r.json' })
})

test.each([
  [{ json: true, format: 'sarif' as const }, '--json and --format sarif are two formats'],
  [{ json: true, output: 'q.html' }, '--json, but q.html is the name of a report as html'],
  [{ output: 'r.xml' }, '--output r.xml: the name says no format'],
])('%j is refused', (words, message) => {
  expect(() => reportFormat(words)).toThrow(expect.objectContaining({ code: 'usage.arguments', message }))
})
