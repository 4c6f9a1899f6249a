import { expect, test } from 'vitest'
import { requestProxy } from './request-proxy.ts'

const secure = new URL('https://models.example/v1')
const plain = new URL('http://localhost:11434/v1')

test.each([
  ['http://127.0.0.1:8080', 'http://127.0.0.1:8080/'],
  ['127.0.0.1:8080', 'http://127.0.0.1:8080/'],
  ['ann:secret@proxy.example:8080', 'http://ann:secret@proxy.example:8080/'],
  ['[::1]:8080', 'http://[::1]:8080/'],
  [' HTTPS://proxy.example ', 'https://proxy.example/'],
])('%s is a proxy', (value, expected) => {
  expect(requestProxy(secure, { HTTPS_PROXY: value })).toEqual({ https_proxy: expected, no_proxy: '' })
})

test.each(['socks5://ann:secret@127.0.0.1:1080', 'proxy-secret', 'http://', 'http://ann:secret%@h:1', 'a secret:80'])(
  '%s is an error that names the variable and not its value',
  (value) => {
    const asking = () => requestProxy(secure, { HTTPS_PROXY: value })
    expect(asking).toThrow(expect.objectContaining({ code: 'config.invalid' }))
    expect(asking).toThrow(/HTTPS_PROXY.*models\.example/)
    expect(asking).not.toThrow('secret')
  },
)

test('each scheme has its own variable, lower case before upper case, and one that is empty is none', () => {
  expect(requestProxy(secure, { HTTP_PROXY: 'garbage' })).toEqual({})
  expect(requestProxy(plain, { HTTPS_PROXY: 'garbage', HTTP_PROXY: ' ' })).toEqual({})
  expect(requestProxy(plain, { http_proxy: 'a:1', HTTP_PROXY: 'garbage' })).toMatchObject({ http_proxy: 'http://a:1/' })
  expect(() => requestProxy(plain, { http_proxy: 'garbage', HTTP_PROXY: 'a:1' })).toThrow('http_proxy')
})

test.each(['*', 'LOCALHOST', 'a.example, localhost:11434', '.localhost'])(
  'a host that NO_PROXY names by %s needs no proxy that can be used',
  (NO_PROXY) => {
    expect(requestProxy(plain, { HTTP_PROXY: 'garbage', NO_PROXY })).toEqual({})
    expect(() => requestProxy(new URL('http://a.test/'), { HTTP_PROXY: 'garbage', NO_PROXY: 'b.test' })).toThrow()
  },
)

test('a name that only ends like one in NO_PROXY is another', () => {
  const ofModels = (NO_PROXY: string) => () => requestProxy(secure, { HTTPS_PROXY: 'garbage', NO_PROXY })
  for (const list of ['example', '.dels.example', '*.models.example', 'models.example:80'])
    expect(ofModels(list)).toThrow()
  expect(ofModels('*.example')()).toEqual({})
})
