import { expect, test } from 'vitest'
import { isPackageName, parsePluginSource, withoutCredentials } from './plugin-source.ts'

const folders: Readonly<Record<string, 'file' | 'folder'>> = {
  '/home/me/near': 'folder',
  '/home/me/Some Folder': 'folder',
  '/home/me/owner/repo': 'folder',
  '/home/me/p.tgz': 'file',
}
const place = { cwd: '/home/me', kindOf: async (path: string) => folders[path] ?? ('absent' as const) }
const parse = (text: string) => parsePluginSource(text, place)

test.each([
  ['codex-hello', { type: 'registry', name: 'codex-hello', wanted: 'latest' }],
  ['codex-hello@^1.2.0', { type: 'registry', name: 'codex-hello', wanted: '^1.2.0' }],
  ['@acme/hello', { type: 'registry', name: '@acme/hello', wanted: 'latest' }],
  ['@acme/hello@next', { type: 'registry', name: '@acme/hello', wanted: 'next' }],
  // A name without a path is one of the registry, also where a folder is called so.
  ['near', { type: 'registry', name: 'near' }],
  ['./near', { type: 'folder', path: '/home/me/near', text: '/home/me/near' }],
  ['file:near', { type: 'folder', path: '/home/me/near' }],
  ['file:///home/me/Some%20Folder', { type: 'folder', path: '/home/me/Some Folder' }],
  ['owner/repo', { type: 'folder', path: '/home/me/owner/repo' }],
  ['p.tgz', { type: 'tarball-file', path: '/home/me/p.tgz' }],
  ['https://host.example/p.tgz', { type: 'tarball-url', url: 'https://host.example/p.tgz' }],
  [
    'github:owner/repo#v1',
    { type: 'git', url: 'https://github.com/owner/repo.git', ref: 'v1', text: 'github:owner/repo#v1' },
  ],
  ['gitlab:group/sub/repo', { type: 'git', url: 'https://gitlab.com/group/sub/repo.git' }],
  ['git+https://host.example/r', { type: 'git', url: 'https://host.example/r' }],
  ['https://host.example/r.git#main', { type: 'git', url: 'https://host.example/r.git', ref: 'main' }],
  ['git@host.example:owner/r.git', { type: 'git', url: 'git@host.example:owner/r.git' }],
  ['ssh://git@host.example/r', { type: 'git', url: 'ssh://git@host.example/r' }],
])('%s is read as where it comes from', async (text, expected) => {
  expect(await parse(text)).toMatchObject(expected)
})

test.each([
  ['', 'is no source'],
  ['-g', 'is no source'],
  ['two words', 'is no source'],
  ['other/repo', 'is no source'],
  ['ext::sh -c id', 'is no source'],
  ['x@npm:other', 'is no source'],
  ['x@../y', 'is no source'],
  ['./nowhere', 'does not exist'],
  ['git+https://host.example/r#semver:^1', 'does not name a branch'],
  ['git+https://host.example/r#--upload-pack=x', 'does not name a branch'],
  ['https://me:pw@host.example/p.tgz', 'holds a user or a password'],
  ['git+https://token@host.example/r.git', 'holds a user or a password'],
  ['git+ssh://git:pw@host.example/r.git', 'holds a user or a password'],
])('%j is refused', async (text, says) => {
  await expect(parse(text)).rejects.toMatchObject({ code: 'plugin.source', message: expect.stringContaining(says) })
})

test('what stands before @ in an address is not shown', () => {
  expect(withoutCredentials('npm error https://me:pw@a.example/x and git+https://tok@b.example')).toBe(
    'npm error https://***@a.example/x and git+https://***@b.example',
  )
  expect(withoutCredentials('ssh://git@c.example/r')).toBe('ssh://git@c.example/r')
})

test.each([
  ['codex-hello', true],
  ['@acme/hello', true],
  ['../hello', false],
  ['@acme/../hello', false],
  ['Hello', false],
  ['node_modules', false],
  ['.hidden', false],
])('%s as the name of a package: %s', (name, expected) => {
  expect(isPackageName(name)).toBe(expected)
})
