import { existsSync, readdirSync } from 'node:fs'
import { readdir, readFile, symlink } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { scriptedSession } from '../support/scripted-session.ts'
import { makeWorkspace } from '../support/temp-workspace.ts'

const systemSecrets = [
  ...['/etc/shadow', '/etc/shadow-', '/etc/gshadow', '/etc/gshadow-', '/etc/sudoers'],
  ...(existsSync('/etc/ssh') ? readdirSync('/etc/ssh') : [])
    .filter((name) => name.startsWith('ssh_host_'))
    .map((name) => `/etc/ssh/${name}`),
].filter((file) => existsSync(file))

test.each(['offline', 'workspace-write'])(
  'under %s a command reads no secret of the system, whoever runs it, and the lists of users and groups',
  async (profile) => {
    const { run } = await scriptedSession([])
    // The names are made while it runs, so that the sandbox alone decides.
    const script = `for f in ${systemSecrets.map((file) => file.replace('/etc/', '')).join(' ')}; do cat "/etc/$f" 2>/dev/null; done; id -un`
    const { stdout, exitCode } = await run(['sandbox', '-P', profile, '--', 'bash', '-c', script])
    expect({ stdout: stdout.trim().split('\n').length, exitCode }).toEqual({ stdout: 1, exitCode: 0 })
  },
)

async function neighbour() {
  const beside = await makeWorkspace({
    files: { '.env': 'TOKEN=kept-here', id_rsa: 'kept-here', '.env.example': 'TOKEN=', 'notes.txt': 'a note' },
  })
  onTestFinished(() => beside.remove())
  const session = await scriptedSession([], { files: { 'README.md': 'read me' } })
  await symlink(join(beside.path, '.env'), join(session.workspace.path, 'link'))
  const inside = (script: string) => script.replaceAll('NB', relative(session.workspace.path, beside.path))
  return {
    run: (profile: string, script: string) =>
      session.run(['sandbox', '-P', profile, '--', 'bash', '-c', inside(script)]),
    session,
    beside,
  }
}

test.each([
  'cat NB/.env',
  'cat link',
  'cd NB && cat id_rsa',
  'base64 < NB/id_rsa',
  'openssl enc -base64 -in NB/id_rsa',
  'dd if=NB/.env of=/dev/stdout',
  'node -p "1" --env-file=NB/.env',
  'cp NB/.env copy; cat copy',
  'for i in 1; do (tar cf - NB/.env); done',
])('a secret that a command names is not read, wherever it lies: %s', async (script) => {
  const { run } = await neighbour()
  const { stdout, stderr, exitCode } = await run('workspace-write', script)
  expect({ stdout, exitCode, stderr }).toEqual({
    stdout: '',
    exitCode: 5,
    stderr: expect.stringMatching(/is a secret[\s\S]*permission\.denied/),
  })
})

test.each([
  { script: 'cat .env.example 2>/dev/null || echo .env', stdout: '.env\n' },
  { script: 'ls README.md; test -f NB/.env; grep -c .env README.md', stdout: 'README.md\n0\n' },
  { script: 'cat .env id_rsa 2>/dev/null; echo done', stdout: 'done\n' },
  {
    script: 'git -c user.name=a -c user.email=a@b commit --allow-empty -qm .env && git log --format=%s -1',
    stdout: '.env\n',
  },
])('words that name no secret are free: $script', async ({ script, stdout }) => {
  const { run } = await neighbour()
  expect((await run('workspace-write', script)).stdout).toBe(stdout)
})

test('under trusted, a secret that is named is read', async () => {
  const { run } = await neighbour()
  expect((await run('trusted', 'cat NB/.env')).stdout).toBe('TOKEN=kept-here')
})

test('no profile lets a plain command change the audit log, and reading it is free', async () => {
  const { session } = await neighbour()
  const sandbox = (script: string) => session.run(['sandbox', '-P', 'trusted', '--', 'bash', '-c', script])
  await sandbox('true')
  const auditDir = join(session.home.codexHome, 'audit')
  const [name = ''] = await readdir(auditDir)
  const log = join(auditDir, name)
  const before = await readFile(log, 'utf8')
  const scripts = [
    `truncate -s 10 ${log}`,
    `rm ${log}`,
    `cp /etc/hostname ${log}`,
    `sed -i 1d ${log}`,
    `mv ${auditDir} x`,
  ]
  for (const script of scripts) {
    const { exitCode, stderr } = await sandbox(script)
    expect({ script, exitCode, stderr }).toEqual({ script, exitCode: 5, stderr: expect.stringContaining('the floor') })
  }
  expect((await readFile(log, 'utf8')).startsWith(before)).toBe(true)
  const read = await sandbox(`head -n 1 ${log} | wc -l; cp ${log} copy && ls copy`)
  expect(read.stdout).toBe('1\ncopy\n')
  expect((await session.run(['audit', 'verify'])).exitCode).toBe(0)
})
