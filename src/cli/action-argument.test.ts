import { expect, test } from 'vitest'
import { actionArgument } from './action-argument.ts'

const about = (...words: readonly string[]) => actionArgument(['network', ...words], '/ws')

test.each([
  [['example.com'], { method: 'GET', host: 'example.com', port: 443, protocol: 'https' }],
  [['POST', 'http://example.com/x'], { method: 'POST', host: 'example.com', port: 80, protocol: 'http' }],
  [['http://0x7f.1:8080'], { method: 'GET', host: '127.0.0.1', port: 8080, protocol: 'http' }],
  [['socks5://example.com:22'], { method: 'CONNECT', host: 'example.com', port: 22, protocol: 'socks5_tcp' }],
  [['connect', 'socks5h://0x7f.1:22'], { method: 'CONNECT', host: '127.0.0.1', port: 22, protocol: 'socks5_tcp' }],
])('%j is the request that would be decided about', (words, request) => {
  expect(about(...words)).toEqual({ kind: 'network', ...request })
})

test.each([
  [['ftp://example.com'], 'Nothing reaches a host by ftp://: ftp://example.com'],
  [['socks5://example.com'], 'A tunnel by SOCKS goes to a port, which is not said: socks5://example.com'],
  [['GET', 'socks5://example.com:22'], 'In a tunnel by SOCKS no GET can be seen: socks5://example.com:22'],
])('%j is refused with what can be written', (words, message) => {
  expect(() => about(...words)).toThrow(
    expect.objectContaining({ code: 'usage.arguments', message, hint: expect.stringContaining('socks5://HOST:PORT') }),
  )
})
