import { chooseApprovalPolicy } from './choose-approval-policy.ts'
import { userConfig } from './config-of-layers.ts'
import { openDefinitionStore } from './definition-store.ts'
import { loadKernel } from './load-kernel.ts'
import { threadProfile } from './open-thread-security.ts'
import type { RuntimeOptions } from './runtime-options.ts'

/** Keys of the configuration that together, and with flags, choose what a thread may do. */
export const securityKeys: readonly string[] = [
  'security_profile',
  'sandbox_mode',
  'sandbox_workspace_write',
  'default_permissions',
  'approval_policy',
]

/** What a thread would run under, and why. */
export interface SecurityInForce {
  readonly profile: string
  /** The flag or key that chose the profile, or `default`. */
  readonly chosenBy: string
  /** Ids of the profiles of the repository that narrow it. */
  readonly narrowedBy: readonly string[]
  readonly approvalPolicy: string
  /** `approval_policy`, or the profile. */
  readonly approvalBy: string
}

/** @throws CodexError `config.*`, `home.missing`, `usage.unknown_definition`, `definition.invalid` */
export async function explainSecurity(options: RuntimeOptions): Promise<SecurityInForce> {
  const kernel = await loadKernel(options)
  const selected = await threadProfile(undefined, { kernel, store: openDefinitionStore(kernel) })
  const configured = userConfig(kernel.loaded.layers).approval_policy
  return {
    profile: selected.id,
    chosenBy: selected.chosenBy ?? 'default',
    narrowedBy: selected.narrowedBy,
    approvalPolicy: chooseApprovalPolicy({ configured, ofProfile: selected.settings.approvalPolicy }),
    approvalBy: configured === undefined ? `profile ${selected.id}` : 'approval_policy',
  }
}
