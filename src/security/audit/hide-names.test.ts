import { expect, test } from 'vitest'
import { createNameHider } from './hide-names.ts'

const ofAlice = createNameHider('/home/alice', { USER: 'alice', LOGNAME: 'alice' })

test.each([
  ['/home/alice', '~'],
  ['/home/alice/a b', '~/a b'],
  ['cd /home/alice && ls', 'cd ~ && ls'],
  ['/home/alice2/x', '/home/[USER]/x'],
  ['--file=/home/bob/x', '--file=/home/[USER]/x'],
  ['file:///home/bob/x', 'file:///home/[USER]/x'],
  ['/var/home/bob and /Users/carol/Desktop', '/var/home/[USER] and /Users/[USER]/Desktop'],
  ['C:\\Users\\dave\\x and c:/Users/dave', 'C:\\Users\\[USER]\\x and c:/Users/[USER]'],
  ['cp ~bob/x ~/y', 'cp ~[USER]/x ~/y'],
  ['chown alice:staff x; id alice', 'chown [USER]:staff x; id [USER]'],
  ['/srv/alice/x alice@host', '/srv/[USER]/x [USER]@host'],
  ['malice alices', 'malice alices'],
  ['/Users/Shared/x /home /srv/home/readme', '/Users/Shared/x /home /srv/home/readme'],
  ['git log HEAD~3 a~b', 'git log HEAD~3 a~b'],
])('%s is kept as %s', (text, kept) => {
  expect(ofAlice(text)).toBe(kept)
})

test('accounts that name nobody stay, but for their home', () => {
  const ofNode = createNameHider('/home/node', { USER: 'node' })
  expect(ofNode('node /home/node/x.js; sudo -u root ls /home/root')).toBe('node ~/x.js; sudo -u root ls /home/[USER]')
  expect(createNameHider('/', {})('/etc and /home/eve')).toBe('/etc and /home/[USER]')
})
