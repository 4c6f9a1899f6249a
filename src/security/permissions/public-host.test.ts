import { expect, test } from 'vitest'
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
  ...['::127.0.0.1', '::ffff:0:127.0.0.1', 'fec0::1', '100::1', '2001:db8::1', '2001:2::1', '3fff::1', '5f00::1'],
  ...['192.0.2.1', '192.88.99.1', '198.51.100.1', '203.0.113.1'],
])('%s is not public', (host) => {
  expect(isPublicHost(host)).toBe(false)
})

test.each([
  '8.8.8.8',
  '172.32.0.1',
  '1.1.1.1',
  '2606:4700::1111',
  '::ffff:8.8.8.8',
  '192.0.3.1',
  '2001:4860::1',
  '100:1::1',
  '4000::1',
  'example.com',
  'localhost.example.com',
])('%s is public as far as is known', (host) => {
  expect(isPublicHost(host)).toBe(true)
})

test('a host is named by a pattern of its own, in every clause', () => {
  const allowing = (...clauses: readonly (readonly string[])[]) => {
    return clauses.map((allow) => ({ allow, deny: [] }))
  }
  const subject = 'GET 127.0.0.1:8080'
  expect(namesHost([], subject)).toBe(false)
  expect(namesHost(allowing(['* *']), subject)).toBe(false)
  expect(namesHost(allowing(['* *.example.com', 'GET *:8080']), subject)).toBe(false)
  expect(namesHost(allowing(['GET 127.0.0.1']), subject)).toBe(true)
  expect(namesHost(allowing(['* *', 'GET 127.0.0.1:8080']), subject)).toBe(true)
  expect(namesHost(allowing(['GET 127.0.0.1'], ['* *']), subject)).toBe(false)
  expect(namesHost(allowing(['GET 127.0.0.1:9']), subject)).toBe(false)
})
