import { expect, test } from 'vitest'
import { everything } from './intersect.ts'
import { isPublicHost, namesHost } from './public-host.ts'

test.each([
  ...[
    '127.0.0.1',
    '127.9.9.9',
    '0.0.0.0',
    '10.1.2.3',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '169.254.169.254',
  ],
  ...[
    '100.64.0.1',
    '224.0.0.1',
    '255.255.255.255',
    '::1',
    '[::1]',
    '::',
    'fe80::1',
    'fe80::1%eth0',
    'fd00::1',
    'ff02::1',
  ],
  ...[
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    '::ffff:10.0.0.1',
    '64:ff9b::7f00:1',
    '2002:7f00:1::',
    'localhost',
    'LOCALHOST.',
    'a.localhost',
  ],
])('%s is not public', (host) => {
  expect(isPublicHost(host)).toBe(false)
})

test.each([
  '8.8.8.8',
  '172.32.0.1',
  '1.1.1.1',
  '2606:4700::1111',
  '::ffff:8.8.8.8',
  'example.com',
  'localhost.example.com',
])('%s is public as far as is known', (host) => {
  expect(isPublicHost(host)).toBe(true)
})

test('a host is named by a pattern of its own, in every clause', () => {
  const allowing = (...clauses: readonly (readonly string[])[]) => {
    const rule = clauses.map((allow) => ({ allow, deny: [] }))
    return { ...everything, network: { allow: rule, askable: rule } }
  }
  const subject = 'GET 127.0.0.1:8080'
  expect(namesHost(everything, subject)).toBe(false)
  expect(namesHost(allowing(['* *']), subject)).toBe(false)
  expect(namesHost(allowing(['* *.example.com', 'GET *:8080']), subject)).toBe(false)
  expect(namesHost(allowing(['GET 127.0.0.1']), subject)).toBe(true)
  expect(namesHost(allowing(['* *', 'GET 127.0.0.1:8080']), subject)).toBe(true)
  expect(namesHost(allowing(['GET 127.0.0.1'], ['* *']), subject)).toBe(false)
  expect(namesHost(allowing(['GET 127.0.0.1:9']), subject)).toBe(false)
})
