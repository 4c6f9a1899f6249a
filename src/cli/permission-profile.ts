/** The names that Codex gives its built-in permissions, and the profiles that mean the same here. */
const builtin = new Map([
  [':read-only', 'offline'],
  [':workspace', 'workspace-write'],
  [':danger-full-access', 'trusted'],
])

/** The id of the security profile that `-P NAME` means. */
export function permissionProfile(name: string): string {
  return builtin.get(name) ?? name
}
