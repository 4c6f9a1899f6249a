import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createRedactor, createValueRedactor } from './redact.ts'

const value = 's3cr3t/value+with=signs'
const redact = createRedactor({ MY_API_KEY: value, HOME: '/home/user', SHORT_TOKEN: 'abc' }, ['configured-credential'])

test('values of secret-looking variables are taken out, also encoded', () => {
  const text = [value, encodeURIComponent(value), Buffer.from(value).toString('base64'), 'configured-credential'].join(
    ' | ',
  )
  expect(redact(text)).toBe('[redacted] | [redacted] | [redacted]= | [redacted]')
})

test.each([
  ['JavaScript’s address', "s%C3%B6cr%2Ft'%20%26p%40ss"],
  ['Python’s address', 's%C3%B6cr/t%27%20%26p%40ss'],
  ['an address with small letters', 's%c3%b6cr%2ft%27%20%26p%40ss'],
  ['a form', 's%C3%B6cr%2Ft%27+%26p%40ss'],
  ['JSON', "söcr/t' &p@ss"],
  ['JSON in ASCII', "s\\u00f6cr/t' &p@ss"],
  ['JSON of PHP', "söcr\\/t' &p@ss"],
])('a value with marks and letters beyond ASCII is taken out as %s has it', (_, written) => {
  expect(createRedactor({ DB_PASSWORD: "söcr/t' &p@ss" }, [])(`x=${written};`)).toBe('x=[redacted];')
})

const everyByte = (text: string) =>
  Array.from(Buffer.from(text), (byte) => `%${byte.toString(16).padStart(2, '0')}`).join('')

test('a value is taken out whichever of its characters are percent-encoded', () => {
  const key = 'sk-h3secret/0a söß 𝄞'
  const clean = createRedactor({ MY_API_KEY: key, OTHER_KEY: 'sk-h3secret' }, [])
  const characters = fc.array(fc.nat(3), { minLength: key.length, maxLength: key.length })
  const around = fc.constantFrom('', ' ', '%', '%2', '%zz', 'sk-h3', 'sk%2Dh3', '/', 'k=')
  fc.assert(
    fc.property(characters, around, around, (ways, before, behind) => {
      const written = Array.from(key, (character, index) => {
        if (ways[index] === 0) return everyByte(character)
        if (ways[index] === 1) return everyByte(character).toUpperCase()
        return ways[index] === 2 && character === ' ' ? '+' : character
      }).join('')
      expect(clean(`${before}${written}${behind}`)).toBe(`${before}[redacted]${behind}`)
    }),
  )
})

test('escapes that make no value stay', () => {
  const text = 'sk%2Dh3secreT 100% %73k %E4%BD%A0 sk%2dh3secre%'
  expect(createRedactor({ MY_API_KEY: 'sk-h3secret' }, [])(text)).toBe(text)
  expect(createRedactor({ MY_API_KEY: 'sk-h3secret' }, [])('%73%6b-h3%73ecre%74%73k%2Dh3secret!')).toBe(
    '[redacted][redacted]!',
  )
})

test('ordinary values and short ones stay', () => {
  expect(redact('abc in /home/user')).toBe('abc in /home/user')
})

test.each([
  `ghp_${'a1'.repeat(18)}`,
  `sk-proj-${'a1'.repeat(20)}`,
  `AKIA${'A1'.repeat(8)}`,
  `xoxb-${'1'.repeat(12)}-abc`,
  `eyJ${'a'.repeat(20)}.eyJ${'b'.repeat(20)}.sig`,
  '-----BEGIN RSA PRIVATE KEY-----\nMIIE\nabc\n-----END RSA PRIVATE KEY-----',
])('a well-known shape is taken out: %s', (token) => {
  expect(redact(`before ${token} after`)).toBe('before [redacted] after')
})

test('passwords in addresses and bearer tokens are taken out', () => {
  expect(redact('https://user:pass-word@host/x')).toBe('https://user:[redacted]@host/x')
  expect(redact('see redis://:pass-word@host:1/x')).toBe('see redis://:[redacted]@host:1/x')
  expect(redact('Authorization: Bearer abcdefghijklmnop')).toBe('Authorization: Bearer [redacted]')
})

test.each(['x', '-eyJ', '://a:', 'sk-a-', 'Bearer ', 'a:b@'])(
  'a megabyte of %j is looked through in one pass',
  (unit) => {
    const text = `\n${unit.repeat(1_000_000 / unit.length)}\nend`
    expect(redact(text)).toMatch(/\nend$/)
  },
)

test('where a value with white space may have begun is known, and nowhere else', () => {
  const said = createValueRedactor({ PASSPHRASE: 'correct horse battery' }, ['one-word-secret'])
  expect(said.openFrom('it is correct ho')).toBe('it is '.length)
  expect(said.openFrom('it is correct horse battery')).toBe('it is correct horse battery'.length)
  expect(said.openFrom('one-word')).toBe('one-word'.length)
})

test('who wrote something, and where a secret lies, is no secret', () => {
  const env = {
    GIT_AUTHOR_NAME: 'Ada Lovelace',
    AWS_WEB_IDENTITY_TOKEN_FILE: '/run/aws/web-identity',
    DB_TOKEN: 'abcdefgh1',
  }
  expect(createValueRedactor(env, [])('Ada Lovelace, /run/aws/web-identity, abcdefgh1')).toBe(
    'Ada Lovelace, /run/aws/web-identity, [redacted]',
  )
})
