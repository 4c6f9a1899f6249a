import { expect, test } from 'vitest'
import { httpAnswer } from './http-answer.ts'

const failed = (code: number | undefined, text: string) =>
  Object.assign(new Error(`Streamable HTTP error: ${text}`), { code })

test.each([
  [
    'a page',
    404,
    'Error POSTing to endpoint: <!DOCTYPE html>\n<html><head><style>p { color: red }</style></head>\n<body><pre>Cannot POST\n /mcp</pre></body></html>',
    'it answered with status 404; it said: Cannot POST /mcp',
  ],
  ['nothing', 502, 'Error POSTing to endpoint: ', 'it answered with status 502'],
  [
    'a text',
    500,
    'Error POSTing to endpoint: 1 < 2 lines\n\nof text',
    'it answered with status 500; it said: 1 < 2 lines of text',
  ],
  ['no status', -1, 'Unexpected content type: text/html', 'Unexpected content type: text/html'],
] as const)('%s is told as its status and one line', (_, code, text, told) => {
  expect(httpAnswer(failed(code, text))).toBe(told)
})

test('a long answer is cut', () => {
  expect(httpAnswer(failed(404, 'x'.repeat(1_000_000)))).toHaveLength(
    'it answered with status 404; it said: '.length + 200,
  )
  expect(httpAnswer(failed(404, '<p'.repeat(1_000_000)))).toBe('it answered with status 404')
})

test('another error is none', () => {
  expect(httpAnswer(new Error('fetch failed'))).toBeUndefined()
  expect(httpAnswer('Streamable HTTP error: x')).toBeUndefined()
})
