import { expect, test } from 'vitest'
import { entropyBits, isSecret } from './is-secret.ts'

test.each([
  "'k9Xb2Lq7Zt4Vw8Rm1Ns6'",
  '"f3b9c07a61d84e52a7"',
  "'Qv7!mZp2#xL'",
  "'AKIAQ7T4ZK9WM2XB5LCN'",
  "b'9f8e7d6c5b4a39281706'",
  "'postgres://shop:Qv7kZp2xLm9R@db.internal:5432/shop'",
])('%s is a secret', (literal) => expect(isSecret(literal)).toBe(true))

test.each([
  "''",
  "'changeme'",
  "'your-api-key-here'",
  "'settings.api_key.label'",
  "'access_token_2'",
  "'X-Api-Key-V2'",
  "'https://example.com/reset?token=1'",
  "'postgres://shop:shop@localhost:5432/shop'",
  "'/etc/shop/key.pem'",
  "'At least 12 characters'",
  "'person@example.org'",
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a template of the scanned code
  '`${prefix}k9Xb2Lq7Zt4V`',
])('%s is none', (literal) => expect(isSecret(literal)).toBe(false))

test('entropy counts bits for each character', () => {
  expect(entropyBits('')).toBe(0)
  expect(entropyBits('aaaa')).toBe(0)
  expect(entropyBits('abab')).toBe(1)
  expect(entropyBits('0123456789abcdef')).toBe(4)
})
