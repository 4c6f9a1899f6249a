import { expect, test } from 'vitest'
import { isPassword } from './is-password.ts'

test.each(["'Autumn2024x'", "b'h4rdc0ded'", "'pr0d-Db-Pw'", "'l3tmein2024'"])('%s is a password', (literal) => {
  expect(isPassword(literal)).toBe(true)
})

test.each([
  ["'changeme'", 'a placeholder'],
  ["'password1'", 'the name of a field'],
  ["'short1'", 'too short'],
  ["'correcthorse'", 'without digits'],
  ["'At least 12 characters'", 'a sentence'],
  ["'sha256_crypt'", 'the name of an algorithm'],
  ["'%s-2024-pass'", 'a format'],
  ["'/etc/secrets/db1'", 'a path'],
])('%s is %s', (literal) => {
  expect(isPassword(literal)).toBe(false)
})
