import { type ResolvedProfile, resolveProfile } from '../definitions/resolve-profile.ts'
import type { Definition, ProfileDefinition } from '../plugin-api/index.ts'
import { settingsOfProfile } from '../security/permissions/permissions-of-profile.ts'

const tables = ['read', 'write', 'exec', 'network', 'tools', 'delegate'] as const
/** These leave nothing out where no file names them. */
const openTables: readonly string[] = ['tools', 'delegate']

/**
 * What a profile says, by term (`write allow`), with all that it extends: where several files narrow each other, all have to allow, and one denial is enough.
 *
 * @throws CodexError `usage.unknown_definition`, `definition.invalid`
 */
export function profileTerms(
  id: string,
  profiles: readonly Definition<ProfileDefinition>[],
): Readonly<Record<string, string>> {
  const resolved = resolveProfile(id, profiles)
  const { temp, protection, sandbox, approvalPolicy } = settingsOfProfile(resolved)
  return {
    ...{ temp, sandbox, 'protected paths': protection, approvals: approvalPolicy },
    ...Object.fromEntries(tables.flatMap((table) => termsOfTable(resolved, table))),
    ...termsOfLimits(resolved),
  }
}

function termsOfTable({ chain }: ResolvedProfile, name: (typeof tables)[number]): [string, string][] {
  const said = chain.flatMap(({ value }) => value[name] ?? [])
  if (said.length === 0) return [[`${name} allow`, openTables.includes(name) ? 'all' : 'nothing']]
  // The first file of a chain that leaves a table out denies it all; those after it take it over.
  const isClosed = chain[0]?.value[name] === undefined && !openTables.includes(name)
  const allow = said.map((table) => table.allow.join(', ') || 'nothing')
  const methods = said.some((table) => 'methods' in table && table.methods === 'read-only') ? ' (GET and HEAD)' : ''
  const list = (patterns: readonly string[]) => [...new Set(patterns)].join(', ')
  const askable = said.map((table) => table.ask.join(', ') || 'nothing')
  return [
    [`${name} allow`, isClosed ? 'nothing' : [...new Set(allow)].join('; of these ') + methods],
    [`${name} ask`, isClosed ? 'nothing' : [...new Set(askable)].join('; of these ')],
    [`${name} deny`, list(said.flatMap(({ deny }) => deny)) || 'nothing more'],
  ]
}

function termsOfLimits({ chain }: ResolvedProfile): Readonly<Record<string, string>> {
  const limits: Record<string, number> = {}
  for (const { value } of chain) {
    for (const [name, limit] of Object.entries(value.limits))
      if (limit !== undefined) limits[name] = Math.min(limits[name] ?? limit, limit)
  }
  return Object.fromEntries(Object.entries(limits).map(([name, limit]) => [name, String(limit)]))
}
