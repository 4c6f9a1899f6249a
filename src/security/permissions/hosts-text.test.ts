import { expect, test } from 'vitest'
import { hostsText } from './hosts-text.ts'

test.each([
  [['* 127.0.0.1:18778'], ['127.0.0.1:18778']],
  [['* *'], ['*']],
  [
    ['GET a.example', 'HEAD a.example', 'CONNECT a.example', '* b.example:443'],
    ['a.example (GET, HEAD)', 'b.example:443'],
  ],
  [['CONNECT a.example'], ['a.example (CONNECT)']],
  [['POST *.a.example', '* *.a.example'], ['*.a.example']],
])('the patterns %j read %j', (patterns, hosts) => {
  expect(hostsText(patterns)).toEqual(hosts)
})
