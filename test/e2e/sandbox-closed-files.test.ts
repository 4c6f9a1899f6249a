import { execFileSync } from 'node:child_process'
import { accessSync, chmodSync, chownSync, constants, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'

const root = mkdtempSync(join(tmpdir(), 'closed-files-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))
const built = join(import.meta.dirname, '..', '..', 'plugins', 'sandbox-linux', 'dist', 'sandbox.js')
const userId = 65534

/** Whether another user reaches this program, which lies in a home directory perhaps. */
function canBeRunByOthers(): boolean {
  try {
    execFileSync(process.execPath, ['-e', `require('fs').accessSync(${JSON.stringify(built)}, ${constants.R_OK})`], {
      uid: userId,
      gid: userId,
      stdio: 'ignore',
    })
    accessSync(built)
    return true
  } catch {
    return false
  }
}

test.runIf(process.getuid?.() === 0 && canBeRunByOthers())(
  'as an ordinary user denied files are masked where they could be read, and no denied file is read',
  () => {
    const workspace = join(root, 'workspace')
    mkdirSync(workspace)
    chmodSync(root, 0o755)
    const make = (name: string, owner: number, mode: number): string => {
      const file = join(workspace, name)
      writeFileSync(file, 's3cr3t')
      chownSync(file, owner, owner)
      chmodSync(file, mode)
      return file
    }
    const directory = join(workspace, 'theirs')
    mkdirSync(directory)
    writeFileSync(join(directory, 'key'), 's3cr3t')
    chmodSync(directory, 0o700)
    const masked = [make('own', userId, 0o600), make('own-closed', userId, 0), make('open', 0, 0o644)]
    const closed = [make('of-root', 0, 0o600), make('of-group', 0, 0o640), directory]
    chownSync(workspace, userId, userId)
    const policy = {
      ...{ cwd: workspace, readable: 'all', writable: [workspace], readOnly: [], temp: 'private', network: 'none' },
      ...{ limits: {}, denyRead: [...masked, ...closed, join(directory, 'key')] },
    }
    const program = `
      const { sandbox } = await import(${JSON.stringify(built)})
      const { spawnSync } = await import('node:child_process')
      const { readFileSync } = await import('node:fs')
      const script = 'for f in own own-closed open of-root of-group theirs/key; do chmod 777 $f theirs; cat $f; mv $f moved; cat moved; done; ls theirs'
      const command = { argv: ['/bin/bash', '-c', script], env: { PATH: '/usr/bin:/bin' } }
      const wrapped = await sandbox.wrap(command, ${JSON.stringify(policy)})
      const argsOf = ({ fds }) => readFileSync('/proc/self/fd/' + fds[3], 'utf8').split('\\0')
      const args = argsOf(wrapped)
      const forOthers = await sandbox.wrap(command, { ...${JSON.stringify(policy)}, actsForOthers: true })
      const argsForOthers = argsOf(forOthers)
      await forOthers.cleanup()
      const stdio = ['ignore', 'pipe', 'pipe']
      for (const [fd, own] of Object.entries(wrapped.fds)) stdio[fd] = own
      const [file, ...words] = wrapped.argv
      const { stdout, stderr } = spawnSync(file, words, { env: wrapped.env, stdio: Array.from(stdio, (each) => each ?? 'ignore') })
      const failed = await wrapped.hasFailed()
      await wrapped.cleanup()
      console.log(JSON.stringify({ args, argsForOthers, failed, text: String(stdout) + stderr }))`
    const output = execFileSync(process.execPath, ['--input-type=module', '-e', program], {
      ...{ uid: userId, gid: userId, cwd: '/', encoding: 'utf8' },
      env: { PATH: '/usr/bin:/bin', HOME: workspace },
    })
    const { args, argsForOthers, failed, text } = JSON.parse(output)
    expect({ failed, isSaid: text.includes('Permission denied') }).toEqual({ failed: false, isSaid: true })
    expect(text).not.toContain('s3cr3t')
    const isCovered = (path: string, words: readonly string[]): boolean =>
      words.some((word, index) => word === path && /\/mask$|^--tmpfs$/.test(words[index - 1] ?? ''))
    expect(masked.map((path) => isCovered(path, args))).toEqual([true, true, true])
    expect(closed.map((path) => isCovered(path, args))).toEqual([false, false, false])
    // What acts for others may have their rights.
    expect(closed.map((path) => isCovered(path, argsForOthers))).toEqual([true, true, true])
  },
)
