import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { scriptedSession } from '../support/scripted-session.ts'

test.each([
  { table: 'read', rule: ':workspce/private', says: '":workspce" is no place' },
  { table: 'read', rule: 'priv[a', says: '"priv[a" has a [ that nothing closes' },
  { table: 'read', rule: '!private', says: '"!private" takes nothing back' },
  { table: 'read', rule: ' private', says: 'begins or ends with a blank' },
  { table: 'read', rule: ':workspace/./private', says: 'holds "." as a part' },
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

test.each([
  ['policies/mine.toml', 'id = "mine"\n\n[[rules]]\npattern = ["git push"]\n', '4:12', 'write "git", "push"'],
  ['policies/mine.toml', 'id = "mine"\n\n[[rules]]\npattern = [["ls", "l*"]]\n', '4:19', 'stands for nothing'],
  ['policies/mine.toml', 'id = "mine"\n\n[[rules]]\npattern = [""]\n', '4:12', 'is no program'],
  ['rules/mine.rules', '\nprefix_rule(pattern=["A=1", "make"], decision="forbidden")\n', '2', 'sets a variable'],
  ['rules/mine.rules', '\nprefix_rule(["rm -rf"], "forbidden")\n', '2', 'write "rm", "-rf"'],
  ['rules/mine.rules', '\nnetwork_rule(host="me@example.com", protocol="https", decision="deny")\n', '2', 'has a user'],
])(
  'a rule of %s that matches nothing is an error at its place, and no thread starts',
  async (name, text, place, says) => {
    const { run, server } = await scriptedSession([], { home: { [name]: text } })
    const linted = await run(['lint', '--kind', 'policy'])
    expect(linted.exitCode).not.toBe(0)
    expect(`${linted.stdout}${linted.stderr}`).toContain(`${name.split('/')[1]}:${place}`)
    expect(`${linted.stdout}${linted.stderr}`).toContain(says)
    const started = await run(['exec', 'hello'])
    expect({ exitCode: started.exitCode === 0, asked: server.requests.length }).toEqual({ exitCode: false, asked: 0 })
    expect(started.stderr).toContain(says)
  },
)

test('a command whose tools mean nothing is an error at its place', async () => {
  const text = '---\ndescription: x\nallowed_tools:\n  - read_file\n  - Bash(git add:*)\n---\nDo it.\n'
  const { run } = await scriptedSession([], { home: { 'commands/mine.md': text } })
  const { stdout, stderr, exitCode } = await run(['commands', 'lint'])
  expect(exitCode).not.toBe(0)
  expect(`${stdout}${stderr}`).toContain('mine.md:5:')
  expect(`${stdout}${stderr}`).toContain('write "Bash" alone')
})

test.each([
  ['can_delegate = ["review me"]', 'permissions.can_delegate.0', 'write "review" alone'],
  ['allowed_tools = { "git *" = true }', 'permissions.allowed_tools.git *', 'write "git", which means every command'],
  ['allowed_tools = { "mcp__{a,b}" = true }', 'permissions.allowed_tools.mcp__{a,b}', 'a * stands for any part'],
])('an agent with %s is an error at its place', async (line, field, says) => {
  const text = `[agent]\nid = "mine"\nname = "Mine"\ndescription = "x"\n\n[permissions]\n${line}\n\n[prompt]\nsystem = "x"\n`
  const { run } = await scriptedSession([], { home: { 'agents/mine.toml': text } })
  const { stdout, stderr, exitCode } = await run(['agents', 'lint'])
  expect(exitCode).not.toBe(0)
  expect(`${stdout}${stderr}`).toContain('mine.toml:7:')
  expect(`${stdout}${stderr}`).toContain(field)
  expect(`${stdout}${stderr}`).toContain(says)
})

test.each([
  ['policies/mine.toml', 'id = "mine"\n\n[[rules]]\npattern = ["tou?h"]\ndecision = "forbidden"\n', '4:12', 'has a ?'],
  ['policies/mine.toml', 'id = "mine"\n\n[[rules]]\npattern = ["touch", ["a", ""]]\n', '4:27', 'An empty word'],
  ['rules/mine.rules', '\nprefix_rule(["~/x"], "forbidden")\n', '2', 'is not looked up'],
  ['rules/mine.rules', '\nnetwork_rule(host="a.com:443", protocol="https", decision="deny")\n', '2:19', 'The port 443'],
])('a rule of %s that likely means more than it matches is a warning at its place', async (name, text, place, says) => {
  const { run } = await scriptedSession([], { home: { [name]: text } })
  const { stdout, stderr, exitCode } = await run(['lint', '--kind', 'policy'])
  expect(`${stdout}${stderr}`).toContain(`${name.split('/')[1]}:${place}`)
  expect(`${stdout}${stderr}`).toContain(says)
  expect(exitCode).toBe(0)
  expect((await run(['policy', 'test', 'ls'])).exitCode).toBe(0)
})
