import { accessSync, constants } from 'node:fs'
import { userInfo } from 'node:os'
import { isAbsolute } from 'node:path'
import type { Env } from '../config/codex-home.ts'

/**
 * The user's shell, if it speaks the language that exec policy reads (fish does not): `SHELL`, else the one of the
 * user's account, else the first that exists of bash and sh. On Windows `COMSPEC`.
 */
export function loginShell(env: Env): string {
  if (process.platform === 'win32') return env.COMSPEC ?? 'cmd.exe'
  const candidates = [env.SHELL, accountShell(), '/bin/bash', '/usr/bin/bash']
  return candidates.find((shell) => typeof shell === 'string' && isUsable(shell)) ?? '/bin/sh'
}

function accountShell(): string | undefined {
  try {
    return userInfo().shell ?? undefined
  } catch {
    // A container may run as a number that has no account.
    return undefined
  }
}

function isUsable(shell: string): boolean {
  if (!isAbsolute(shell) || !/\/(?:sh|bash|dash|ash|zsh|ksh|mksh)$/.test(shell)) return false
  try {
    accessSync(shell, constants.X_OK)
    return true
  } catch {
    return false
  }
}
