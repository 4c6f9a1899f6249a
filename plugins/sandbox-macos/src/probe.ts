import { accessSync, constants } from 'node:fs'
import type { SandboxAvailability } from 'codex-kernel/plugin-api'
import { sweepOwnTemps } from './own-temp.ts'
import { sandboxExec } from './wrap-command.ts'

/** Whether sandbox-exec is here; what a killed program left goes first. @param program where it should be */
export async function probe(program = sandboxExec): Promise<SandboxAvailability> {
  if (!isProgram(program)) {
    return {
      available: false,
      reason: `${program} is missing`,
      fix: 'It is a part of macOS: use a macOS that has it, or a Linux virtual machine; or the profile trusted, where this machine is the boundary.',
    }
  }
  sweepOwnTemps()
  return { available: true, detail: `${program}; numbers of processes and memory are not limited` }
}

/** What the reader can do where Seatbelt did not work. A sandbox cannot be made in a sandbox: the kernel answers EPERM. */
export function fixFor(text: string): string {
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
