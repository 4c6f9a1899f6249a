import { isCodexError } from '../plugin-api/errors.ts'
import type { Limits, Rule, SandboxPolicy } from '../plugin-api/index.ts'
import type { NetworkReach } from '../security/gate/network-reach.ts'
import type { Gate } from '../security/gate.ts'
import { hostsText } from '../security/permissions/hosts-text.ts'
import { buildSandboxPolicy } from '../security/sandbox-policy.ts'
import type { Kernel } from './load-kernel.ts'
import { findBackend } from './open-thread-security.ts'
import type { SelectedProfile } from './select-profile.ts'

/** How the operating system would hold a command. */
export interface Confinement {
  /** `none`: nothing narrows it, so that it runs without a sandbox. */
  readonly needed: 'required' | 'none'
  /** Id of the backend that works here, and what it says of itself. */
  readonly backend?: string
  readonly detail?: string
  /** Why none works, or why the permissions cannot be held, and what to do: the command is then refused. */
  readonly problem?: { readonly reason: string; readonly fix?: string }
  /** Absent where there is none. Where single hosts are reached, its `network` is `none`, as none is open. */
  readonly policy?: SandboxPolicy
  /** What it would reach. */
  readonly network: NetworkReach
  /** Of `hosts`: which. */
  readonly hosts?: AllowedHosts
  /** All of them, also those that need no sandbox. */
  readonly limits: Limits
}

/** Hosts as a profile names them, each with its methods where they are not all. */
export interface AllowedHosts {
  /** One list for each file that bounds them: a host has to be in all. No list: any. */
  readonly allow: readonly (readonly string[])[]
  readonly deny: readonly string[]
}

/** What a command that starts in this directory would be held to. Probes the backend, and starts no command. @throws the abort reason */
export async function explainConfinement(
  cwd: string,
  { kernel, gate, selected }: { readonly kernel: Kernel; readonly gate: Gate; readonly selected: SelectedProfile },
  signal: AbortSignal,
): Promise<Confinement> {
  const { limits } = gate.permissions
  if (!gate.needsSandbox) return { needed: 'none', network: gate.networkReach, limits }
  const chosen = await findBackend(kernel, signal)
  const found = chosen.backend
    ? { backend: chosen.backend.id, detail: chosen.detail }
    : { problem: { reason: chosen.reason, fix: chosen.fix } }
  const { protection, temp } = selected.settings
  const canRelay = chosen.backend?.openNetwork !== undefined
  const network = gate.networkReach === 'hosts' && !canRelay ? 'none' : gate.networkReach
  const reach = { network, ...(network === 'hosts' && { hosts: allowedHosts(gate.permissions.network.allow) }) }
  try {
    const policy = await buildSandboxPolicy({
      ...{ permissions: gate.permissions, places: kernel.places, protectedPaths: gate.protectedPaths },
      ...{ cwd, protection, temp, network: network === 'hosts' ? 'none' : network },
    })
    return { needed: 'required', ...found, policy, ...reach, limits }
  } catch (error) {
    if (!isCodexError(error)) throw error
    const { message: reason, hint: fix } = error
    return { needed: 'required', ...found, problem: { reason, ...(fix !== undefined && { fix }) }, ...reach, limits }
  }
}

function allowedHosts(rule: Rule): AllowedHosts {
  const deny = rule.flatMap((clause) => hostsText(clause.deny))
  return { allow: rule.map(({ allow }) => hostsText(allow)), deny: [...new Set(deny)] }
}
