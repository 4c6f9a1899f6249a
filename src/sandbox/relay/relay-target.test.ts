import { expect, test } from 'vitest'
import { authorityOf, parseAuthority, parseHostAndPort } from './relay-target.ts'

test.each([
  ['Example.COM', 'example.com'],
  ['2130706433', '127.0.0.1'],
  ['0x7f000001', '127.0.0.1'],
  ['0x7f.1', '127.0.0.1'],
  ['0177.0.0.1', '127.0.0.1'],
  ['127.1', '127.0.0.1'],
  ['[::1]', '::1'],
  ['::1', '::1'],
  ['[::ffff:127.0.0.1]', '::ffff:7f00:1'],
  ['bücher.example', 'xn--bcher-kva.example'],
  ['ｌｏｃａｌｈｏｓｔ', 'localhost'],
])('%s is asked about as %s', (host, asked) => {
  expect(parseHostAndPort(host, 443)).toEqual({ host: asked, port: 443 })
})

test.each(['', 'a b', 'a@b', 'a/b', 'a#b', 'a?b', 'a\\b', 'a:b', 'fe80::1%eth0', '[::1', 'a%2eb', '1.2.3.4.5', 'a\0b'])(
  '%j is no host',
  (host) => {
    expect(parseHostAndPort(host, 443)).toBeUndefined()
  },
)

test.each([0, -1, 65536, 1.5, Number.NaN])('%d is no port', (port) => {
  expect(parseHostAndPort('a.test', port)).toBeUndefined()
})

test('an authority is a host and a port, and nothing else', () => {
  expect(parseAuthority('a.test:443')).toEqual({ host: 'a.test', port: 443 })
  expect(parseAuthority('[::1]:443')).toEqual({ host: '::1', port: 443 })
  for (const text of [
    'a.test',
    'a.test:',
    'me@a.test:443',
    'a.test:443/',
    '::1:443',
    'a.test:443:1',
    'http://a.test:443',
  ])
    expect(parseAuthority(text)).toBeUndefined()
  expect(authorityOf({ host: '::1', port: 1 })).toBe('[::1]:1')
})
