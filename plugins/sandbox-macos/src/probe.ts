import { spawn } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import type { SandboxAvailability, SandboxPolicy } from 'codex-kernel/plugin-api'
import { sweepOwnTemps } from './own-temp.ts'
import { sandboxExec, wrapCommand } from './wrap-command.ts'

/** The strictest policy there is: what works with it works with the others. */
const strictPolicy: SandboxPolicy = {
  cwd: '/',
  readable: 'all',
  denyRead: [],
  writable: [],
  readOnly: [],
  temp: 'private',
  network: 'none',
  limits: {},
}

/** Runs nothing (`sh -c :`) in a real sandbox. Never throws. @param program where sandbox-exec should be */
export async function probe(signal: AbortSignal, program = sandboxExec): Promise<SandboxAvailability> {
  if (!isProgram(program)) {
    return {
      available: false,
      reason: `${program} is missing`,
      fix: 'It is a part of macOS: use a macOS that has it, or a Linux virtual machine; or the profile trusted, where this machine is the boundary.',
    }
  }
  try {
    sweepOwnTemps()
    const { exitCode, text } = await tryOnce(signal, program)
    if (exitCode === 0)
      return { available: true, detail: `${program}; numbers of processes and memory are not limited` }
    return { available: false, reason: text.trim() || `${program} ended with ${exitCode}`, fix: fixFor(text) }
  } catch (error) {
    return { available: false, reason: error instanceof Error ? error.message : String(error), fix: fixFor('') }
  }
}

async function tryOnce(signal: AbortSignal, program: string): Promise<{ exitCode: number; text: string }> {
  const wrapped = await wrapCommand({ argv: ['/bin/sh', '-c', ':'], env: { PATH: '/usr/bin:/bin' } }, strictPolicy)
  const [, ...args] = wrapped.argv
  try {
    return await new Promise((resolve, reject) => {
      const { 5: marker = 'ignore' } = wrapped.fds
      const stdio = ['ignore', 'ignore', 'pipe', 'ignore', 'ignore', marker] as const
      const child = spawn(program, args, { cwd: wrapped.cwd, env: wrapped.env, signal, stdio: [...stdio] })
      let text = ''
      child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk
      })
      child.on('error', reject)
      child.on('close', (code) => resolve({ exitCode: code ?? 1, text }))
    })
  } finally {
    await wrapped.cleanup()
  }
}

/** A sandbox cannot be made in a sandbox: the kernel answers EPERM. */
function fixFor(text: string): string {
  if (/sandbox_apply|Operation not permitted/i.test(text)) {
    return 'This program runs in a sandbox itself (of another tool, or of an app): start it from a terminal of its own.'
  }
  return `Try ${sandboxExec} -p '(version 1) (allow default)' /usr/bin/true, and report what it says; until then use a Linux virtual machine.`
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}
