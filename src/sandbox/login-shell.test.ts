import { expect, test } from 'vitest'
import { loginShell } from './login-shell.ts'

test('SHELL is the shell, where it can run commands', () => {
  expect(loginShell({ SHELL: '/bin/sh' })).toBe('/bin/sh')
})

test.each([
  ['a relative one', 'sh'],
  ['one that is not there', '/does/not/exist'],
  ['one that refuses logins', '/usr/sbin/nologin'],
  ['none', undefined],
])('%s is passed over for one that works', (_, shell) => {
  expect(loginShell({ SHELL: shell })).toMatch(/^\/.*sh$/)
})
