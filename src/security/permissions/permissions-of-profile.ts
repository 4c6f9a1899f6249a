import type { ResolvedProfile } from '../../definitions/resolve-profile.ts'
import { toolsNamed } from '../../kernel/tool-aliases.ts'
import type {
  ApprovalPolicy,
  Definition,
  Dimension,
  PermissionLayer,
  Permissions,
  ProfileDefinition,
} from '../../plugin-api/index.ts'
import type { Places } from '../places.ts'
import { allAllowed, clauseOf, dimensionOf, noneAllowed, pathDimension } from './dimension-of.ts'
import { expandPattern } from './expand-pattern.ts'

/**
 * One layer for each file of a profile's chain, so that a decision names the file that said no. A table that is left out
 * denies all in a profile that stands alone, and narrows nothing in one that extends another; `tools` and `delegate` are
 * then unbounded in both. @throws CodexError `definition.invalid` for a pattern that no path can be compared with
 */
export function permissionsOfProfile(profile: ResolvedProfile, places: Places): readonly PermissionLayer[] {
  return profile.chain.map((definition) => ({
    name: `profile ${definition.id}`,
    permissions: permissionsOfFile(definition.value, places),
    file: definition.origin.file,
    ...(definition.value.tableLines && { lines: definition.value.tableLines }),
    ...(definition.origin.layer === 'project' && { from: 'repository' as const }),
  }))
}

/** What a profile says besides its permissions. */
export interface ProfileSettings {
  readonly temp: 'private' | 'host'
  readonly protection: 'on' | 'lifted'
  readonly sandbox: 'required' | 'none'
  readonly approvalPolicy: ApprovalPolicy
}

/** The strictest of a profile's chain: no file of it can loosen what another one says. */
export function settingsOfProfile(profile: {
  readonly chain: readonly Definition<ProfileDefinition>[]
}): ProfileSettings {
  const files = profile.chain.map((definition) => definition.value)
  const every = (isLoose: (file: ProfileDefinition) => boolean) => files.length > 0 && files.every(isLoose)
  return {
    temp: every((file) => file.temp === 'host') ? 'host' : 'private',
    protection: every((file) => !file.protected) ? 'lifted' : 'on',
    sandbox: every((file) => file.sandbox === 'none') ? 'none' : 'required',
    approvalPolicy: strictestApproval(files.map((file) => file.approval_policy)),
  }
}

function permissionsOfFile(file: ProfileDefinition, places: Places): Permissions {
  const absent = file.extends === undefined ? noneAllowed : allAllowed
  const paths = (table: Table | undefined): Dimension => {
    if (table === undefined) return absent
    const expand = (patterns: readonly string[], use: 'allow' | 'deny') =>
      patterns.flatMap((pattern) => expandPattern(pattern, use, places))
    return pathDimension({
      allow: expand(table.allow, 'allow'),
      ask: expand(table.ask, 'allow'),
      deny: expand(table.deny, 'deny'),
    })
  }
  return {
    read: paths(file.read),
    write: paths(file.write),
    exec: file.exec === undefined ? absent : dimensionOf(file.exec),
    network: file.network === undefined ? absent : networkOf(file.network, file.sandbox),
    tools: file.tools === undefined ? allAllowed : dimensionOf(withoutAliases(file.tools)),
    delegate: file.delegate === undefined ? allAllowed : dimensionOf(file.delegate),
    limits: file.limits,
  }
}

function withoutAliases({ allow, ask, deny }: Table): Table {
  return { allow: allow.flatMap(toolsNamed), ask: ask.flatMap(toolsNamed), deny: deny.flatMap(toolsNamed) }
}

interface Table {
  readonly allow: readonly string[]
  readonly ask: readonly string[]
  readonly deny: readonly string[]
}

/**
 * A denied host is denied for every method; an allowed one for those that the table names. In a tunnel (CONNECT) no method is seen. Held to a
 * sandbox `*` is the public internet, which another layer cannot widen by naming an address that is none of it.
 */
function networkOf(
  table: Table & { readonly methods: 'all' | 'read-only' },
  sandbox: ProfileDefinition['sandbox'],
): Dimension {
  const methods = table.methods === 'all' ? ['*'] : ['GET', 'HEAD', 'CONNECT']
  const requests = (hosts: readonly string[]) => methods.flatMap((method) => hosts.map((host) => `${method} ${host}`))
  return (sandbox === 'none' ? dimensionOf : clauseOf)({
    allow: requests(table.allow),
    ask: requests(table.ask),
    deny: table.deny.map((host) => `* ${host}`),
  })
}

/** `never` asks nobody, so that all that would be asked for is denied; `untrusted` asks more than `on-request`. */
function strictestApproval(policies: readonly ApprovalPolicy[]): ApprovalPolicy {
  const strictestFirst: readonly ApprovalPolicy[] = ['never', 'untrusted', 'on-request']
  return strictestFirst.find((policy) => policies.includes(policy)) ?? 'never'
}
