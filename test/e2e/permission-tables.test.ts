import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { execCase } from '../support/exec-case.ts'
import { scriptedSession } from '../support/scripted-session.ts'

/** Neither in the workspace nor in a temp directory. */
function outside(): string {
  const directory = mkdtempSync('/var/tmp/codex-tables-')
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  return directory
}

const files = { 'docs/a.txt': 'a', 'keys/k': 'private-words', 'src/a.ts': '' }
const config = 'default_permissions = "n"'

/** What a command may do under a table, as words: each is tried by a program. */
async function tried(table: string, out: string) {
  const session = await scriptedSession([], { files, config, tables: table.replaceAll('OUT', out) })
  const attempts = {
    'read /etc': 'cat /etc/hostname',
    'read keys': 'cat keys/k',
    'write workspace': 'touch zz',
    'write docs': 'touch docs/zz',
    'write out': `touch ${out}/zz`,
    'write temp': 'd=$(mktemp -d /tmp/of-host-XXXXXX) && findmnt -no FSTYPE --target "$d" | grep -vq tmpfs',
    'write .git': 'touch .git/hooks/zz',
  }
  const script = Object.entries(attempts).map(([name, line]) => `if (${line}) >/dev/null 2>&1; then echo '${name}'; fi`)
  const { stdout, stderr } = await session.run(['sandbox', '--', 'sh', '-c', script.join('\n')])
  return { session, can: stdout.split('\n').filter(Boolean), stderr }
}

test.each([
  [
    'what is named and nothing else',
    '":root" = "read"\n":workspace_roots" = "write"',
    ['write workspace', 'write docs'],
  ],
  [
    'parts of the workspace',
    '":root" = "read"\n[permissions.n.filesystem.":workspace_roots"]\n"." = "write"\n"docs" = "read"\n"keys" = "deny"',
    ['-read keys', 'write workspace'],
  ],
  ['a directory elsewhere', '":root" = "read"\n"OUT" = "write"', ['write out']],
  ['what is taken away', '":root" = "read"\n"/etc/hostname" = "deny"', ['-read /etc']],
])('a table of permissions is carried out: %s', async (_, table, differences) => {
  const { can, session } = await tried(`[permissions.n.filesystem]\n${table}`, outside())
  const expected = new Set(['read /etc', 'read keys'])
  for (const each of differences) each.startsWith('-') ? expected.delete(each.slice(1)) : expected.add(each)
  expect(can.toSorted()).toEqual([...expected].sort())
  expect(existsSync(join(session.workspace.path, '.git/hooks/zz'))).toBe(false)
})

test('a table that extends :workspace takes from it', async () => {
  const { can } = await tried(
    '[permissions.n]\nextends = ":workspace"\n[permissions.n.filesystem]\n"/etc/hostname" = "deny"',
    outside(),
  )
  expect(can.filter((each) => each !== 'write temp')).toEqual(['read keys', 'write workspace', 'write docs'])
})

test('a model’s command and patch are held to it, and --profile names a table too', async () => {
  const out = outside()
  const patch = `*** Begin Patch\n*** Add File: ${out}/made\n+x\n*** End Patch\n`
  const calls = [
    { calls: [{ shell: `touch ${out}/zz; touch made` }] },
    { calls: [{ name: 'apply_patch', arguments: { input: patch } }] },
  ]
  const tables = '[permissions.other.filesystem]\n":root" = "read"\n":workspace_roots" = "write"\n[permissions.none]\n'
  const session = await execCase([...calls, { text: 'done' }], {
    files,
    config: 'default_permissions = "none"',
    tables,
  })
  expect((await session.exec(['--profile', 'other', 'go'])).exitCode).toBe(0)
  expect(session.server.requests).toHaveLength(3)
  expect(readdirSync(out)).toEqual([])
  expect(existsSync(join(session.workspace.path, 'made'))).toBe(true)
})

test('hosts of a table are reached, and no others', async () => {
  const table =
    '[permissions.n.filesystem]\n":root" = "read"\n[permissions.n.network]\nenabled = true\ndomains = { "a.example" = "allow", "b.a.example" = "deny" }'
  const { session } = await tried(table, outside())
  const { stdout } = await session.run(['sandbox', '--explain', '--', 'true'])
  expect(stdout).toContain('a.example')
  const explain = async (host: string) => (await session.run(['profiles', 'explain', 'network', host])).stdout
  expect(await explain('https://c.example')).toContain('not in allow')
})

test.each([
  [
    'default_permissions = "zz"\n[permissions.n]\n',
    'default_permissions is "zz", and there is no table [permissions.zz]',
  ],
  [`${config}\n[permissions.n.filesystem]\n"docs" = "write"\n`, 'permissions.n.filesystem.docs: no place'],
  [`${config}\n[permissions.n.filesystem]\n":nonsense" = "deny"\n`, 'permissions.n.filesystem.:nonsense: no place'],
  [
    `${config}\n[permissions.n.filesystem]\n"/srv" = "deny"\n"/srv/open" = "write"\n`,
    'permissions.n.filesystem./srv/open: it opens what lies below /srv = "deny"',
  ],
  [
    `${config}\n[permissions.n.network]\nenabled = true\nmitm = true\n`,
    'permissions.n.network.mitm: this version does not carry it out',
  ],
  [`${config}\n[permissions.n]\nextends = ":other"\n`, 'permissions.n.extends'],
])('%j: nothing runs, and the message says where', async (text, message) => {
  const session = await scriptedSession([], { config: '' })
  await session.home.write({ 'config.toml': text })
  const { exitCode, stdout, stderr } = await session.run(['sandbox', '--', 'sh', '-c', 'echo ran'])
  expect(exitCode).toBe(1)
  expect(stdout).toBe('')
  expect(stderr).toContain(message)
  expect(stderr).toContain('config.toml')
})
