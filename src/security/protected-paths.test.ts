import { expect, test } from 'vitest'
import { protectedPaths } from './protected-paths.ts'

const places = { workspaceRoot: '/work', codexHome: '/home/u/.codex', homeDir: '/home/u', tempDir: '/tmp' }
const guarded = protectedPaths(places)

test.each([
  '/work/.env',
  '/work/.ENV',
  '/work/deep/.env.local',
  '/work/.env.production',
  '/x/server.pem',
  '/x/tls.KEY',
  '/x/id_rsa',
  '/x/id_ed25519',
  '/home/u/.ssh/config',
  '/home/u/.ssh/id_custom',
  '/home/u/.aws/credentials',
  '/home/u/.config/gcloud/x',
  '/home/u/.kube/config',
  '/home/u/.docker/config.json',
  '/home/u/.netrc',
  '/home/u/.npmrc',
  '/home/u/.pypirc',
  '/home/u/.git-credentials',
  '/home/u/.gnupg/x',
  '/home/u/.mozilla/firefox/p/cookies.sqlite',
  '/home/u/.codex/auth.json',
  '/home/u/.bash_history',
  '/proc/1/environ',
  '/proc/7/task/7/environ',
  '/proc/7/mem',
  '/etc/shadow',
])('%s is a secret', (file) => {
  expect(guarded.secret(file)).toMatch(/^secret/)
})

test.each([
  '/work/.npmrc',
  '/work/.env.example',
  '/work/.env.sample',
  '/work/.env.template',
  '/work/env.ts',
  '/work/.environment',
  '/work/id_rsa.pub',
  '/home/u/.codex/config.toml',
  '/home/u/.sshx',
  '/proc/cpuinfo',
])('%s is no secret', (file) => {
  expect(guarded.secret(file)).toBeUndefined()
})

test.each([
  '/work/.git',
  '/work/.git/hooks',
  '/work/.git/hooks/pre-commit',
  '/work/.git/config',
  '/work/.git/config.worktree',
  '/work/.git/info/attributes',
  '/work/.git/commondir',
  '/work/.git/modules/lib/hooks/pre-commit',
  '/work/.git/modules/a/b/config',
  '/work/.git/worktrees/w/config.worktree',
  '/work/sub/.git/hooks/x',
  '/work/sub/.git',
  '/work/.GIT/config',
  '/work/.codex',
  '/work/.codex/config.toml',
  '/work/sub/.codex/x',
  '/work/.agents/skills/x/SKILL.md',
  '/home/u/.codex/rules/default.rules',
  '/home/u',
  '/home',
])('%s must not be written', (file) => {
  expect(guarded.writeProtected(file)).toMatch(/^write-protected/)
})

test.each([
  '/work/.git/index',
  '/work/.git/HEAD',
  '/work/.git/refs/heads/main',
  '/work/.git/objects/ab/cd',
  '/work/.git/COMMIT_EDITMSG',
  '/work/.git/info/exclude',
  '/work/.git/configs',
  '/work/.gitignore',
  '/work/.github/x',
  '/work/src',
])('%s may be written', (file) => {
  expect(guarded.writeProtected(file)).toBeUndefined()
})

test('the floor is under every profile', () => {
  expect(guarded.floor('/home/u', 'delete')).toMatch(/^floor/)
  expect(guarded.floor('/', 'delete')).toMatch(/^floor/)
  expect(guarded.floor('/home/u/x', 'delete')).toBeUndefined()
  for (const device of ['/dev/sda', '/dev/nvme0n1p1', '/dev/mapper/root', '/dev/mem', '/proc/sysrq-trigger']) {
    expect(guarded.floor(device, 'write')).toMatch(/^floor/)
  }
  for (const device of ['/dev/null', '/dev/stdout', '/dev/fd/1', '/dev/pts/0'])
    expect(guarded.floor(device, 'write')).toBeUndefined()
  expect(guarded.floor('/home/u/.codex/audit/2026-03.jsonl', 'write')).toMatch(/audit/)
})
