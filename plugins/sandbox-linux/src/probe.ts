import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import type { SandboxAvailability, SandboxPolicy } from 'codex-kernel/plugin-api'
import { findBubblewrap } from './find-bubblewrap.ts'
import { findNsenter } from './find-nsenter.ts'
import { sweepLeftovers } from './sweep-leftovers.ts'
import { syscallTable } from './syscall-table.ts'
import { wrapCommand } from './wrap-command.ts'

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

/** Runs nothing (`sh -c :`) in a real sandbox. Never throws. */
export async function probe(signal: AbortSignal): Promise<SandboxAvailability> {
  const program = findBubblewrap()
  if (program === undefined) {
    return unavailable('bubblewrap is not installed', 'Install bubblewrap (apt, dnf, pacman, apk: bubblewrap).')
  }
  if (syscallTable(process.arch) === undefined) {
    return unavailable(`there is no system call filter for ${process.arch}`, 'Use a machine with x64 or arm64.')
  }
  try {
    sweepLeftovers()
    const answer = await tryOnce(signal)
    const lack = findNsenter() === undefined ? '; nsenter is missing, so that commands reach no single hosts' : ''
    if (answer.exitCode === 0) return { available: true, detail: `${program}${lack}` }
    return unavailable(answer.text.trim() || `${program} ended with ${answer.exitCode}`, fixFor(answer.text))
  } catch (error) {
    return unavailable(error instanceof Error ? error.message : String(error), fixFor(''))
  }
}

async function tryOnce(signal: AbortSignal): Promise<{ exitCode: number; text: string }> {
  const wrapped = await wrapCommand({ argv: ['/bin/sh', '-c', ':'], env: { PATH: '/usr/bin:/bin' } }, strictPolicy)
  try {
    return await new Promise((resolve, reject) => {
      const [file, ...args] = wrapped.argv
      const { 3: args3, 4: args4, 5: args5 } = wrapped.fds
      const fds = [args3, args4, args5].map((fd) => fd ?? 'ignore')
      const child = spawn(file, args, { env: wrapped.env, signal, stdio: ['ignore', 'ignore', 'pipe', ...fds] })
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

/** What the reader can do, by what this machine is. */
function fixFor(text: string): string {
  if (/unknown option/i.test(text)) return 'Install a newer bubblewrap (0.5 or later).'
  if (existsSync('/.dockerenv') || existsSync('/run/.containerenv')) {
    return 'Start the container with a seccomp profile that admits user namespaces, or choose the profile trusted: the container is the boundary then.'
  }
  if (isSetTo('/proc/sys/kernel/apparmor_restrict_unprivileged_userns', '1')) {
    return 'Load the AppArmor profile for bubblewrap: apt install apparmor-profiles, then link /usr/share/apparmor/extra-profiles/bwrap-userns-restrict into /etc/apparmor.d and reload AppArmor.'
  }
  if (isSetTo('/proc/sys/kernel/unprivileged_userns_clone', '0'))
    return 'Run as root: sysctl -w kernel.unprivileged_userns_clone=1'
  if (isSetTo('/proc/sys/user/max_user_namespaces', '0')) return 'Run as root: sysctl -w user.max_user_namespaces=10000'
  return 'Let bubblewrap make user namespaces on this machine; `bwrap --unshare-user --ro-bind / / true` shows whether it may.'
}

function isSetTo(file: string, value: string): boolean {
  try {
    return readFileSync(file, 'utf8').trim() === value
  } catch {
    return false
  }
}

function unavailable(reason: string, fix: string): SandboxAvailability {
  return { available: false, reason, fix }
}
