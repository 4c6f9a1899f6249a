import { expect, test } from 'vitest'
import { parseHost } from './parse-host.ts'

test.each(['localhost:8080', '127.0.0.1:1', '[::1]:443', '*.example.com:443', 'bücher.example:443'])(
  '%s is a host with a port',
  (text) => {
    expect(parseHost(text)).toBe(text)
  },
)

test.each([
  'localhost',
  ':80',
  'http://a.test:80',
  'a.test:0',
  'a.test:65536',
  '*:443',
  '* *:1',
  'me@a.test:1',
  '::1:443',
  '',
])('%s is none, and it is said how to write one', (text) => {
  expect(() => parseHost(text)).toThrow(expect.objectContaining({ code: 'usage.arguments' }))
})
