import type { SandboxPolicy } from 'codex-kernel/plugin-api'
import { baseRules } from './base-rules.ts'
import { fileRules } from './file-rules.ts'
import { networkRules } from './network-rules.ts'
import { profileText } from './profile-form.ts'
import { createProfileParameters } from './profile-parameters.ts'

export interface SeatbeltProfile {
  /** In the language of sandbox-exec(1). */
  readonly text: string
  /** `NAME=VALUE`: the paths that the text speaks of. */
  readonly definitions: readonly string[]
}

/**
 * A policy as a Seatbelt profile: all is denied but what it names.
 *
 * @param ownTemp the command's own directory for temporary files; a real path. Absent: it has the machine's
 * @throws CodexError `sandbox.failed`: the policy cannot be held to
 */
export function seatbeltProfile(policy: SandboxPolicy, ownTemp?: string): SeatbeltProfile {
  const parameters = createProfileParameters()
  const forms = [
    ...baseRules,
    ...fileRules(policy, ownTemp, parameters),
    ...networkRules(policy.network, ownTemp, parameters),
  ]
  return { text: profileText(forms), definitions: parameters.definitions() }
}
