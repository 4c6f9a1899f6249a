import { spawnSync } from 'node:child_process'
import { chownSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { SandboxPolicy } from 'codex-kernel/plugin-api'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { stdioOf } from '../../../test/support/stdio-of.ts'
import { ownerCapabilities } from './owner-capabilities.ts'
import { sandbox } from './sandbox.ts'

/** Some user other than the one who runs the tests, where that one may give files away. */
const otherId = ownerCapabilities().length > 0 ? 4242 : process.getuid?.()

let root: string
let workspace: string
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'owner-capabilities-')))
  workspace = join(root, 'workspace')
  mkdirSync(workspace, { mode: 0o755 })
  writeFileSync(join(workspace, 'theirs.txt'), 'old', { mode: 0o644 })
  writeFileSync(join(workspace, 'kept.txt'), 'old')
  if (otherId === undefined) return
  for (const path of [join(workspace, 'theirs.txt'), workspace]) chownSync(path, otherId, -1)
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

async function run(script: string, actsForOthers: boolean): Promise<string> {
  const policy: SandboxPolicy = {
    ...{ cwd: '/', readable: 'all', denyRead: [], writable: [workspace], readOnly: [join(workspace, 'kept.txt')] },
    ...{ temp: 'none', network: 'none', limits: {}, actsForOthers },
  }
  const wrapped = await sandbox.wrap({ argv: ['/bin/sh', '-c', script], env: { PATH: '/usr/bin:/bin' } }, policy)
  try {
    const [file, ...args] = wrapped.argv
    const stdio = stdioOf(['ignore', 'pipe', 'pipe'], wrapped.fds)
    const { stdout, stderr } = spawnSync(file, args, { env: wrapped.env, stdio: [...stdio], encoding: 'utf8' })
    return `${stdout}${stderr}`
  } finally {
    await wrapped.cleanup()
  }
}

test('a program that acts for others writes their files and gives files away, and nothing besides', async () => {
  const script = `cd ${workspace} && echo new > theirs.txt && echo x > given.txt && chown ${otherId} given.txt; echo x > kept.txt; echo x > ${root}/out; mount -o remount,rw /; mknod block b 8 0; echo x > /proc/sys/kernel/domainname; true`
  const output = await run(script, true)
  expect(statSync(join(workspace, 'given.txt')).uid).toBe(otherId)
  expect(statSync(join(workspace, 'theirs.txt')).size).toBe(4)
  expect(statSync(join(workspace, 'kept.txt')).size).toBe(3)
  expect(readdirSync(root)).toEqual(['workspace'])
  expect(readdirSync(workspace).sort()).toEqual(['given.txt', 'kept.txt', 'theirs.txt'])
  expect(output).toMatch(/kept\.txt: Read-only file system/)
  expect(output).toMatch(/domainname: Read-only file system/)
})

test('without a temp directory of its own, /tmp is written where the policy says and nowhere else', async () => {
  const output = await run(`echo x > /tmp/owner-capabilities-outside; echo x > ${workspace}/new.txt`, true)
  expect(output).toMatch(/owner-capabilities-outside: Read-only file system/)
  expect(readdirSync(workspace)).toContain('new.txt')
  expect(readdirSync('/tmp')).not.toContain('owner-capabilities-outside')
})
