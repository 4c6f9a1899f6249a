import { existsSync, readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { scriptedSession } from '../support/scripted-session.ts'

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
