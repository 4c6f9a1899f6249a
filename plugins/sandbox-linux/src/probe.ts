import { existsSync, readFileSync } from 'node:fs'
import type { SandboxAvailability } from 'codex-kernel/plugin-api'
import { findBubblewrap } from './find-bubblewrap.ts'
import { findNsenter } from './find-nsenter.ts'
import { sweepLeftovers } from './sweep-leftovers.ts'
import { syscallTable } from './syscall-table.ts'

/** Whether bubblewrap is here and this machine is one that it can be used on; what a killed program left goes first. */
export async function probe(): Promise<SandboxAvailability> {
  const program = findBubblewrap()
  if (program === undefined) {
    return unavailable('bubblewrap is not installed', 'Install bubblewrap (apt, dnf, pacman, apk: bubblewrap).')
  }
  if (syscallTable(process.arch) === undefined) {
    return unavailable(`there is no system call filter for ${process.arch}`, 'Use a machine with x64 or arm64.')
  }
  sweepLeftovers()
  const lack = findNsenter() === undefined ? '; nsenter is missing, so that commands reach no single hosts' : ''
  return { available: true, detail: `${program}${lack}` }
}

/** What the reader can do where bubblewrap did not work, by what this machine is. */
export function fixFor(text: string): string {
  if (/unknown option/i.test(text))
    return 'Install a newer bubblewrap: 0.10 or later, or one with the security fix of August 2024 (--bind-fd).'
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
