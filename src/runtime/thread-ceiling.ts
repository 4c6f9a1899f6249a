import type { ApprovalPolicy, PermissionLayer, ThreadCeiling } from '../plugin-api/index.ts'
import type { SelectedProfile } from './select-profile.ts'

/** The profile, and nothing that the ceiling does not allow as well: the layers of both, and of each setting the stricter one. */
export function profileWithin(profile: SelectedProfile, ceiling: ThreadCeiling | undefined): SelectedProfile {
  if (ceiling === undefined) return profile
  const { layers, settings } = profile
  const { temp, protection, sandbox, ...both } = within({ ...settings, layers }, ceiling)
  return { ...profile, layers: both.layers, settings: { ...settings, temp, protection, sandbox } }
}

/** What both allow; undefined where there is neither. */
export function bothCeilings(a: ThreadCeiling | undefined, b: ThreadCeiling | undefined): ThreadCeiling | undefined {
  if (a === undefined || b === undefined) return a ?? b
  return { ...within(a, b), approval_policies: [...new Set([...a.approval_policies, ...b.approval_policies])].sort() }
}

type Bounds = Omit<ThreadCeiling, 'approval_policies'>

/** The layers of both, and of each setting the stricter one. */
function within(a: Bounds, b: Bounds): Bounds {
  return {
    layers: distinctLayers([...a.layers, ...b.layers]),
    temp: a.temp === 'private' ? 'private' : b.temp,
    protection: a.protection === 'on' ? 'on' : b.protection,
    sandbox: a.sandbox === 'required' ? 'required' : b.sandbox,
  }
}

/** When a person is asked. */
export interface ApprovalsWithin {
  readonly policy: ApprovalPolicy
  /** True where what is asked for is denied, whatever `policy` is. */
  readonly asksNobody: boolean
}

/** What all of these come to: what one of them asks about is asked about, and where one of them asks nobody, nobody is asked. */
export function approvalsWithin(policies: readonly ApprovalPolicy[]): ApprovalsWithin {
  const asksNobody = policies.includes('never')
  if (policies.includes('untrusted')) return { policy: 'untrusted', asksNobody }
  return { policy: asksNobody ? 'never' : 'on-request', asksNobody }
}

/** The layers, those that say the same once: a thread and the one that it hands work to have most of them in common. */
export function distinctLayers(layers: readonly PermissionLayer[]): readonly PermissionLayer[] {
  return [...new Map(layers.map((layer) => [JSON.stringify(layer), layer])).values()]
}
