import fc from 'fast-check'
import { expect, test } from 'vitest'
import { madeUpSecrets, madeUpText } from '../../../test/support/made-up-secret.ts'
import { createRedactor } from '../redact.ts'
import { createSecretFinder } from './find-secrets.ts'
import { secretShapes } from './secret-shapes.ts'

const find = createSecretFinder()
const redact = createRedactor({}, [])
const rulesIn = (text: string, bareValues = false) => find(text, { bareValues }).map(({ rule }) => rule)

test.each(Object.entries(madeUpSecrets()))('%s is found, and redacted', (rule, value) => {
  const text = `before\nconst value = "${value}"\nafter`
  expect(rulesIn(text)).toEqual([rule])
  const [secret] = find(text)
  const found = text.slice(secret?.start, secret?.end)
  expect(value).toContain(found)
  expect(redact(text)).not.toContain(found)
  expect(redact(text)).toMatch(/^before\n[\s\S]*\nafter$/)
  expect(secret?.shown).toContain(`[redacted, ${found.length} characters]`)
  expect(secret?.shown).not.toContain(found.slice(-found.length / 2))
})

test.each([
  ["const apiKey = 'VALUE'", false],
  ['"clientSecret": "VALUE",', false],
  ["process.env.TOKEN ?? 'VALUE'", false],
  ["os.environ.get('SECRET_KEY', 'VALUE')", false],
  ["'api_key' => 'VALUE'", false],
  ['string password = "Server=x;Uid=app;Pwd=VALUE;"', false],
  ['DB_PASSWORD=VALUE', true],
  ['auth_token: VALUE', true],
  ['//registry.internal/:_authToken=VALUE', true],
])('a random value of a name of a credential is found: %s', (template, bareValues) => {
  const value = madeUpText(24, 7)
  const text = template.replace('VALUE', value)
  expect(find(text, { bareValues }).map(({ start, end, guessable }) => [text.slice(start, end), guessable])).toEqual([
    [value, true],
  ])
})

test.each([
  "const apiKey = process.env['API_KEY']",
  "const password = 'changeme'",
  "const password = 'Enter your password'",
  "const token = 'your-token-here'",
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a template of the searched text
  'DB_PASSWORD=${DB_PASSWORD}',
  'password: <your password>',
  'token: settings.auth.token_label',
  "const tokenType = 'a8Kq2ZpW9xLr4TnB'",
  "const secret = 'aaaaaaaaaaaaaaaa'",
  "const secret = '0123456789abcdef'",
  "const secret = 'a1a1a1a1a1a1a1a1'",
  "const key = 'd41d8cd98f00b204e9800998ecf8427e'",
  'postgres://shop:shop@localhost:5432/shop',
  'https://user:password@example.com/',
  `AK${'IA'}IOSFODNN7EXAMPLE`,
  `ghp_${'x'.repeat(36)}`,
  `-----BEGIN ${'PRIVATE'} KEY-----\n...\n-----END ${'PRIVATE'} KEY-----`,
  'Authorization: Bearer your-access-token-goes-here',
  'integrity: sha512-Zk9xQ2pLm7WvB4tR8yNc1JdF6hGs3KaE5uXo0iTqPzVbMnCwRlHjYfDgSaUeOk==',
])('what stands for a credential is none: %s', (text) => {
  expect(rulesIn(text, true)).toEqual([])
})

const pieces = [
  ...secretShapes().flatMap(({ prefixes }) => prefixes),
  ...Object.values(madeUpSecrets()),
  ...[
    '-eyJ',
    '.eyJ',
    '://a:',
    '@',
    'pwd="',
    "token='",
    'secret',
    '_key',
    ' = ',
    '\n',
    '-----BEGIN PRIVATE KEY-----',
    'x',
  ],
]

test('places are in order, do not overlap, and lie in the text; redacting keeps everything else', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 40 }), (parts) => {
      const text = parts.join('')
      const ends = find(text, { bareValues: true }).flatMap(({ start, end }) => [start, end])
      expect(ends).toEqual([0, ...ends, text.length].slice(1, -1).toSorted((a, b) => a - b))
      expect(ends.every((each) => each >= 0 && each <= text.length)).toBe(true)
      const kept = redact(text).split('[redacted]')
      let at = 0
      for (const part of kept) {
        const place = text.indexOf(part, at)
        expect(place).toBeGreaterThanOrEqual(at)
        at = place + part.length
      }
    }),
  )
})

test.each(pieces.filter((piece) => piece.length < 30))(
  'half a megabyte of %j is looked through in one pass',
  (unit) => {
    const text = `\n${unit.repeat(500_000 / unit.length)}\nend`
    expect(find(text, { bareValues: true }).every(({ end }) => end <= text.length)).toBe(true)
    expect(redact(text).startsWith('\n')).toBe(true)
  },
)

test('tokens in the middle of other texts are found', () => {
  const { 'secret-jwt': token = '', 'secret-github-token': github = '' } = madeUpSecrets(3)
  expect(redact(`a.${token}`)).toBe('a.[redacted]')
  expect(redact(`x-eyJ.${token},${github}`)).toBe('x-eyJ.[redacted],[redacted]')
})
