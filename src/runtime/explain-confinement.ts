import { isCodexError } from '../plugin-api/errors.ts'
import type { Limits, Permissions, SandboxPolicy } from '../plugin-api/index.ts'
import type { ExecPolicy } from '../security/exec-policy/exec-policy.ts'
import type { NetworkReach } from '../security/gate/network-reach.ts'
import type { Gate } from '../security/gate.ts'
import { decideIn } from '../security/permissions/decide-in.ts'
import type { HostRule } from '../security/permissions/host-rule.ts'
import { hostsText } from '../security/permissions/hosts-text.ts'
import { networkSubject } from '../security/permissions/network-pattern.ts'
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
  /** Those that a rule of the user opens, and how; where the profile lets them be asked for. */
  readonly opened: readonly string[]
}

export interface ConfinementDeps extends Pick<ExecPolicy, 'networkRules'> {
  readonly kernel: Kernel
  readonly gate: Gate
  readonly selected: SelectedProfile
}

/** What a command that starts in this directory would be held to. Probes the backend, and starts no command. @throws the abort reason */
export async function explainConfinement(
  cwd: string,
  { kernel, gate, selected, networkRules }: ConfinementDeps,
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
  const reach = { network, ...(network === 'hosts' && { hosts: allowedHosts(gate.permissions, networkRules) }) }
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

function allowedHosts(permissions: Permissions, rules: ExecPolicy['networkRules']): AllowedHosts {
  const { allow } = permissions.network
  const words = (decision: 'allow' | 'forbidden') =>
    rules
      .filter((rule) => rule.decision === decision && mayBeAsked(rule, permissions))
      .map(({ host, protocol }) => `${host} by ${protocol}`)
  const deny = [...allow.flatMap((clause) => hostsText(clause.deny)), ...words('forbidden')]
  return {
    allow: allow.map((clause) => hostsText(clause.allow)),
    deny: [...new Set(deny)],
    opened: [...new Set(words('allow'))],
  }
}

function mayBeAsked({ host, protocol }: HostRule, permissions: Permissions): boolean {
  const target = protocol === 'http' ? { method: 'GET', port: 80 } : { method: 'CONNECT', port: 443 }
  return decideIn('network', permissions, networkSubject({ ...target, host })) !== 'deny'
}
