import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { SandboxPolicy, WrappedCommand } from 'codex-kernel/plugin-api'
import { sandbox } from '../../plugins/sandbox-linux/src/sandbox.ts'
import { stdioOf } from './stdio-of.ts'

/** A workspace, a directory beside it, and the real bubblewrap over both. */
export interface LinuxSandboxLab {
  readonly root: string
  readonly workspace: string
  readonly outside: string
  /** One under which the workspace alone is writable. */
  policy(changes?: Partial<SandboxPolicy>): SandboxPolicy
  start(wrapped: WrappedCommand, output: number | 'pipe'): ChildProcess
  /** Runs a script in the workspace to its end. @throws where the sandbox could not be set up */
  run(script: string, changes?: Partial<SandboxPolicy>): Promise<{ exitCode: number; output: string }>
  /** Polls, for at most five seconds. */
  eventually(holds: () => boolean): Promise<boolean>
  /** Both directories empty, as before a test. */
  reset(): void
  close(): void
}

export function openLinuxSandboxLab(): LinuxSandboxLab {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'sandbox-linux-')))
  const workspace = join(root, 'workspace')
  const outside = join(root, 'outside')
  const policy: LinuxSandboxLab['policy'] = (changes = {}) => ({
    cwd: workspace,
    readable: 'all',
    denyRead: [],
    writable: [workspace],
    readOnly: [],
    temp: 'private',
    network: 'none',
    limits: {},
    ...changes,
  })
  const start: LinuxSandboxLab['start'] = (wrapped, output) => {
    const [file, ...args] = wrapped.argv
    return spawn(file, args, {
      env: wrapped.env,
      detached: true,
      stdio: [...stdioOf(['ignore', output, output], wrapped.fds)],
    })
  }
  return {
    ...{ root, workspace, outside, policy, start },
    async run(script, changes = {}) {
      const env = { PATH: process.env.PATH ?? '', HOME: root }
      const wrapped = await sandbox.wrap({ argv: ['/bin/bash', '-c', script], env }, policy(changes))
      const file = join(root, 'output')
      const fd = openSync(file, 'w')
      try {
        const exitCode = await new Promise<number>((resolve, reject) => {
          start(wrapped, fd)
            .on('exit', (code) => resolve(code ?? -1))
            .on('error', reject)
        })
        const output = readFileSync(file, 'utf8')
        if (await wrapped.hasFailed?.()) throw new Error(`the command was not started: ${output}`)
        return { exitCode, output }
      } finally {
        closeSync(fd)
        await wrapped.cleanup()
      }
    },
    async eventually(holds) {
      for (const end = Date.now() + 5_000; Date.now() < end; await delay(20)) if (holds()) return true
      return holds()
    },
    reset() {
      rmSync(root, { recursive: true, force: true })
      for (const directory of [workspace, outside]) mkdirSync(directory, { recursive: true })
    },
    close: () => rmSync(root, { recursive: true, force: true }),
  }
}
