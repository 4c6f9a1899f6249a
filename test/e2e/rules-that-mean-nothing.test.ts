import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { scriptedSession } from '../support/scripted-session.ts'

test.each([
  { table: 'read', rule: ':workspce/private', says: '":workspce" is no place' },
  { table: 'read', rule: '~root/private', says: '"~root" is not looked up' },
  { table: 'read', rule: '$PWD/private', says: '"$PWD" is not replaced' },
  { table: 'read', rule: '', says: 'A rule is empty' },
  { table: 'write', rule: '../x', says: 'holds ".."' },
  { table: 'network', rule: 'https://example.com', says: 'has a scheme' },
  { table: 'network', rule: 'example.com/path', says: 'has a path' },
  { table: 'network', rule: 'me@example.com', says: 'has a user' },
  { table: 'network', rule: 'example.org:99999', says: 'has no port of 1 to 65535' },
  { table: 'network', rule: '93.184.0.0/16', says: 'is a range of addresses' },
  { table: 'network', rule: '*evil.com', says: 'has a * inside a name' },
  { table: 'exec', rule: 'npm *', says: 'write "npm", which means every command that begins so' },
])('a profile with $table.deny "$rule" is an error at its place', async ({ table, rule, says }) => {
  const text = `id = "mine"\n\n[${table}]\nallow = ["*"]\ndeny = ["${rule}"]\n`
  const { run } = await scriptedSession([], {
    home: { 'profiles/mine.toml': text.replace('"*"', table === 'exec' || table === 'network' ? '"*"' : '"/**"') },
  })
  const { stdout, stderr, exitCode } = await run(['profiles', 'lint'])
  const said = `${stdout}${stderr}`
  expect(exitCode).not.toBe(0)
  expect(said).toContain('mine.toml:5:')
  expect(said).toContain(`${table}.deny.0`)
  expect(said).toContain(says)
})

test('a tool that nothing brings is told with the nearest name, and the profile loads', async () => {
  const text = 'id = "mine"\nextends = "offline"\n\n[tools]\nallow = ["*"]\ndeny = ["exec_comand"]\n'
  const { run } = await scriptedSession([], { home: { 'profiles/mine.toml': text } })
  const { stdout, stderr } = await run(['profiles', 'lint'])
  expect(`${stdout}${stderr}`).toContain('Did you mean exec_command?')
  expect((await run(['profiles', 'show', 'mine'])).exitCode).toBe(0)
})

test.each([
  ['--network', 'http://x', 'has a scheme'],
  ['--writable', '../x', 'holds ".."'],
])('no server is added with %s %s', async (flag, value, says) => {
  const { run, home } = await scriptedSession([])
  const { stderr, exitCode } = await run(['mcp', 'add', 'files', flag, value, '--', 'true'])
  expect({ exitCode: exitCode === 0, stderr }).toEqual({ exitCode: false, stderr: expect.stringContaining(says) })
  expect(await readFile(join(home.codexHome, 'config.toml'), 'utf8')).not.toContain('files')
})

test('an agent whose rules mean nothing is an error at its place', async () => {
  const text =
    '[agent]\nid = "mine"\nname = "Mine"\ndescription = "x"\n\n[permissions]\nshell_execution = true\nallowed_commands = ["git *"]\nnetwork_access = ["http://x"]\n\n[prompt]\nsystem = "x"\n'
  const { run } = await scriptedSession([], { home: { 'agents/mine.toml': text } })
  const { stdout, stderr, exitCode } = await run(['agents', 'lint'])
  const said = `${stdout}${stderr}`
  expect(exitCode).not.toBe(0)
  expect(said).toContain('mine.toml:8:')
  expect(said).toContain('write "git"')
  expect(said).toContain('has a scheme')
})
