import type { Permissions } from '../../plugin-api/index.ts'

/**
 * Whether commands must run in a sandbox: where the profile says so, and wherever the ceiling narrows reading, writing or the
 * network, since nothing but a sandbox can hold a running command to that.
 */
export function needsSandbox(profileSandbox: 'required' | 'none', permissions: Permissions): boolean {
  if (profileSandbox === 'required') return true
  return [permissions.read, permissions.write, permissions.network].some((dimension) => dimension.allow.length > 0)
}
