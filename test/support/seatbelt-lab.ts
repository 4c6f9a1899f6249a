import { spawn } from 'node:child_process'
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { SandboxPolicy } from 'codex-kernel/plugin-api'
import { onTestFinished } from 'vitest'
import { sandbox } from '../../plugins/sandbox-macos/src/sandbox.ts'

export interface SeatbeltLab {
  readonly root: string
  readonly workspace: string
  readonly outside: string
  /** Runs a script in the workspace under a policy. */
  run(script: string, changes?: Partial<SandboxPolicy>): Promise<{ exitCode: number; output: string }>
}

/** A workspace, a directory beside it, and the real Seatbelt over both; all gone when the test ends. Files are relative to the workspace. */
export function openSeatbeltLab(files: Readonly<Record<string, string>> = {}): SeatbeltLab {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'seatbelt-lab-')))
  onTestFinished(() => rmSync(root, { recursive: true, force: true }))
  const workspace = join(root, 'workspace')
  const outside = join(root, 'outside')
  for (const directory of [workspace, outside]) mkdirSync(directory)
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(workspace, name)), { recursive: true })
    writeFileSync(join(workspace, name), content)
  }
  return {
    ...{ root, workspace, outside },
    async run(script, changes = {}) {
      const policy: SandboxPolicy = {
        ...{ cwd: workspace, readable: 'all', denyRead: [], writable: [workspace], readOnly: [] },
        ...{ temp: 'private', network: 'none', limits: {} },
        ...changes,
      }
      const env = { PATH: process.env.PATH ?? '', HOME: root }
      const wrapped = await sandbox.wrap({ argv: ['/bin/bash', '-c', script], env }, policy)
      const file = join(root, 'output')
      const output = openSync(file, 'w')
      try {
        const [program, ...args] = wrapped.argv
        const stdio: ('ignore' | number)[] = ['ignore', output, output, 'ignore', 'ignore']
        for (const [number, fd] of Object.entries(wrapped.fds)) stdio[Number(number)] = fd
        const child = spawn(program, args, { cwd: wrapped.cwd, env: wrapped.env, detached: true, stdio })
        const exitCode = await new Promise<number>((resolve, reject) => {
          child.on('exit', (code) => resolve(code ?? -1)).on('error', reject)
        })
        const text = readFileSync(file, 'utf8')
        if (await wrapped.hasFailed?.()) throw new Error(`the command was not started: ${text}`)
        return { exitCode, output: text }
      } finally {
        closeSync(output)
        await wrapped.cleanup()
      }
    },
  }
}
