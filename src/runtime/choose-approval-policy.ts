import type { ConfigFile } from '../config/schema.ts'
import type { ApprovalPolicy } from '../plugin-api/events.ts'

/** When a person who is there is asked: as the user configured it, `on-failure` meaning `on-request`; else as the profile says. */
export function chooseApprovalPolicy({
  configured,
  ofProfile,
}: {
  readonly configured: ConfigFile['approval_policy']
  readonly ofProfile: ApprovalPolicy
}): ApprovalPolicy {
  return (configured === 'on-failure' ? 'on-request' : configured) ?? ofProfile
}
