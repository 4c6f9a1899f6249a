import { expect, test } from 'vitest'
import { protectedPaths } from './protected-paths.ts'

const places = { workspaceRoot: '/repo', codexHome: '/home/u/.codex', homeDir: '/home/u', tempDir: '/tmp' }
const guarded = protectedPaths(places)

test.each([
  '/repo/.env',
  '/repo/.ENV',
  '/repo/deep/.env.local',
  '/repo/.env.production',
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
  '/repo/.npmrc',
  '/repo/.env.example',
  '/repo/.env.sample',
  '/repo/.env.template',
  '/repo/env.ts',
  '/repo/.environment',
  '/repo/id_rsa.pub',
  '/home/u/.codex/config.toml',
  '/home/u/.sshx',
  '/proc/cpuinfo',
])('%s is no secret', (file) => {
  expect(guarded.secret(file)).toBeUndefined()
})

test.each([
  '/repo/.git',
  '/repo/.git/hooks',
  '/repo/.git/hooks/pre-commit',
  '/repo/.git/config',
  '/repo/.git/config.worktree',
  '/repo/.git/info/attributes',
  '/repo/.git/commondir',
  '/repo/.git/modules/lib/hooks/pre-commit',
  '/repo/.git/modules/a/b/config',
  '/repo/.git/worktrees/w/config.worktree',
  '/repo/sub/.git/hooks/x',
  '/repo/sub/.git',
  '/repo/.GIT/config',
  '/repo/.codex',
  '/repo/.codex/config.toml',
  '/repo/sub/.codex/x',
  '/repo/.agents/skills/x/SKILL.md',
  '/home/u/.codex/rules/default.rules',
  '/home/u',
  '/home',
])('%s must not be written', (file) => {
  expect(guarded.writeProtected(file)).toMatch(/^write-protected/)
})

test.each([
  '/repo/.git/index',
  '/repo/.git/HEAD',
  '/repo/.git/refs/heads/main',
  '/repo/.git/objects/ab/cd',
  '/repo/.git/COMMIT_EDITMSG',
  '/repo/.git/info/exclude',
  '/repo/.git/configs',
  '/repo/.gitignore',
  '/repo/.github/x',
  '/repo/src',
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

test.each([
  '.config/glab-cli/config.yml',
  '.oci/config',
  '.claude/.credentials.json',
  '.local/share/fish/fish_history',
  '.var/app/com.brave.Browser/data',
  'Library/Application Support/Signal/config.json',
  'AppData/Roaming/Microsoft/Protect/key',
  'work/terraform/credentials.tfrc.json',
  'work/my-service-account-prod.json',
  'work/cluster.kubeconfig',
  'work/AuthKey.p8',
])('~/%s is a secret', (name) => {
  expect(protectedPaths(places).secret(`${places.homeDir}/${name}`)).toMatch(/^secret: /)
})

test.each(['/run/secrets/token', '/etc/wireguard/wg0.conf', '/etc/ssl/private/x'])('%s is a secret', (file) => {
  expect(protectedPaths(places).secret(file)).toMatch(/^secret: /)
})

test.each([
  '.gemini/GEMINI.md',
  '.cargo/config.toml',
  '.config/git/config',
  '.hex/packages/x',
  'work/.env.example',
  'work/service.json',
])('~/%s is none', (name) => {
  expect(protectedPaths(places).secret(`${places.homeDir}/${name}`)).toBeUndefined()
})

test('the program itself is not written, unless it is what is being worked on', () => {
  const programDir = '/opt/lib/codex-kernel'
  const of = (workspaceRoot: string) => protectedPaths({ ...places, workspaceRoot, programDir })
  for (const file of ['', '/bin/codex.js', '/DIST/main.js']) {
    expect(of('/repo').writeProtected(programDir + file)).toBe('write-protected: the program itself')
  }
  expect(of('/repo').writeProtected('/opt/lib')).toBe('write-protected: a directory that holds the program itself')
  expect(of('/repo').writeProtected('/opt/lib/other')).toBeUndefined()
  for (const workspace of [programDir, `${programDir}/plugins`])
    expect(of(workspace).writeProtected(`${programDir}/src/a.ts`)).toBeUndefined()
})

const copy = '/home/u/.codex/worktrees/run/task'
const inCopy = protectedPaths({ ...places, workspaceRoot: copy })

test.each(['src/a.ts', 'new', '.git2'])(
  'in a copy of the workspace that the program made, %s may be written',
  (file) => {
    expect(inCopy.writeProtected(`${copy}/${file}`)).toBeUndefined()
  },
)

test.each([
  `${copy}/.git`,
  `${copy}/.codex/config.toml`,
  `${copy}/sub/.agents/x`,
  `${copy}/sub/.git/hooks/x`,
  copy,
  '/home/u/.codex/worktrees/run/other/src/a.ts',
  '/home/u/.codex/worktrees/run/.store/config',
  '/home/u/.codex/config.toml',
  '/home/u/.codex/worktrees',
])('from such a copy %s must not be written', (file) => {
  expect(inCopy.writeProtected(file)).toMatch(/^write-protected/)
})

test.each(['/home/u/.codex/worktrees', '/home/u/.codex/worktrees/run', '/home/u/.codex'])(
  'a workspace at %s is no such copy',
  (root) => {
    expect(protectedPaths({ ...places, workspaceRoot: root }).writeProtected(`${root}/a`)).toMatch(/^write-protected/)
  },
)
