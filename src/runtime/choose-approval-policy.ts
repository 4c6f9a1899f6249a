import type { ConfigFile } from '../config/schema.ts'
import type { ApprovalPolicy } from '../plugin-api/events.ts'

/** When a person is asked: never in `codex exec`; else as the user configured it, `on-failure` meaning `on-request`; else as the profile says. */
export function chooseApprovalPolicy({
  configured,
  ofProfile,
  neverAsk,
}: {
  readonly configured: ConfigFile['approval_policy']
  readonly ofProfile: ApprovalPolicy
  readonly neverAsk: boolean
}): ApprovalPolicy {
  if (neverAsk) return 'never'
  return (configured === 'on-failure' ? 'on-request' : configured) ?? ofProfile
}
