import { expect, test } from 'vitest'
import { isExponentialRegex } from './exponential-regex.ts'

test.each([
  '/^(a+)+$/',
  '/(\\d+)*;/',
  '/^(\\w+\\s?)*$/',
  '/^([A-Z0-9]+-?)*$/',
  '/^(a|a)*$/',
  '/^(\\w|\\d)+$/',
  "r'^(?:[a-z]+)*;$'",
])('%s can take exponential time', (literal) => expect(isExponentialRegex(literal)).toBe(true))

test.each([
  '/^a+$/',
  '/^(\\w+\\s)*\\w+$/',
  '/^[a-z0-9]+(-[a-z0-9]+)*$/',
  '/(a+)+/',
  '/^(a|b)*$/',
  '/^(ab+)+$/',
  '/^(\\d+)(\\.\\d+){0,2}$/',
  '/[(a+)+]$/',
])('%s does not', (literal) => expect(isExponentialRegex(literal)).toBe(false))
