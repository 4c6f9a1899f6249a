import { expect, test } from 'vitest'
import type { Finding } from '../../plugin-api/index.ts'
import { createSecretPlaces } from '../../security/secret-places.ts'
import { coverSecrets } from './cover-secrets.ts'

const secretPlaces = createSecretPlaces({}, [])

test('of a finding about a key only the key is covered, not the code beside it', () => {
  const text = "const hmac = createHmac('sha256', 'keyboard-cat-1')\nconst t = sign(user, KEY)\n"
  const { texts } = coverSecrets(
    new Map([['a.js', text]]),
    [
      keyFinding('a.js', text, "createHmac('sha256', 'keyboard-cat-1')", "createHmac('sha256', '[redacted]')"),
      keyFinding('a.js', text, 'sign(user, KEY)', 'sign(user, KEY)'),
    ],
    secretPlaces,
  )
  expect(texts.get('a.js')).toBe("const hmac = createHmac('sha256', '**************')\nconst t = sign(user, KEY)\n")
})

test('a value without quotes at the end of what is found is covered, its name is not', () => {
  const text = 'FROM node:22\nENV API_KEY abc12\n'
  const finding = keyFinding('Dockerfile', text, 'ENV API_KEY abc12', 'ENV API_KEY [redacted]')
  const { texts } = coverSecrets(new Map([['Dockerfile', text]]), [finding], secretPlaces)
  expect(texts.get('Dockerfile')).toBe('FROM node:22\nENV API_KEY *****\n')
})

test('a word that is a password in one place stays a word elsewhere', () => {
  const url = "connect('postgres://app:password@db1.internal/x')\n"
  const { texts } = coverSecrets(
    new Map([
      ['a.js', url],
      ['b.js', 'db.password = password\n'],
    ]),
    [],
    secretPlaces,
  )
  expect(texts.get('a.js')).toBe("connect('postgres://app:********@db1.internal/x')\n")
  expect(texts.get('b.js')).toBe('db.password = password\n')
})

test('a value that is no word is covered wherever another file quotes it', () => {
  const value = 'Qv7mZp2xL9Tb'
  const assigned = `const apiKey = '${value}'\n`
  const { texts } = coverSecrets(
    new Map([
      ['a.js', assigned],
      ['notes.js', `call("${value}")\n`],
    ]),
    [],
    secretPlaces,
  )
  expect([...texts.values()].join('')).not.toContain(value)
})

/** About all of `code` in the text. */
function keyFinding(file: string, text: string, code: string, snippet: string): Finding {
  const before = text.slice(0, text.indexOf(code)).split('\n')
  const start = { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 }
  return {
    rule: 'js-fixed-key',
    severity: 'high',
    confidence: 'high',
    message: 'The key stands in the source',
    cwe: ['CWE-321'],
    owasp: [],
    file,
    range: { start, end: { line: start.line, column: start.column + code.length } },
    snippet,
    flow: [],
    references: [],
    fingerprint: snippet,
  }
}
