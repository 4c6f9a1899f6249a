import type { Dimension, Permissions, Rule } from '../../plugin-api/index.ts'
import type { Places } from '../places.ts'
import { expandPattern } from './expand-pattern.ts'

/** What a user's own configuration lets one program do besides its permissions; patterns as in a profile. */
export interface Openings {
  readonly writable: readonly string[]
  /** `host`, `*.host`, `host:port`, or `*`. */
  readonly network: readonly string[]
}

/**
 * Permissions with more paths to write and more hosts to reach. What a layer denies by name stays denied.
 * @throws CodexError `definition.invalid` for a pattern that no path can be compared with
 */
export function openBesides(permissions: Permissions, { writable, network }: Openings, places: Places): Permissions {
  const paths = writable.flatMap((pattern) => expandPattern(pattern, 'allow', places))
  const hosts = network.map((host) => `* ${host}`)
  return {
    ...permissions,
    write: widened(permissions.write, paths, ['/**', '/']),
    network: widened(permissions.network, hosts, ['* *']),
  }
}

function widened({ allow, askable }: Dimension, more: readonly string[], all: readonly string[]): Dimension {
  if (more.length === 0) return { allow, askable }
  const isAll = more.some((pattern) => all.includes(pattern))
  const wider = (rule: Rule): Rule =>
    rule
      .filter((clause) => !isAll || clause.deny.length > 0)
      .map((clause) => ({ ...clause, allow: [...clause.allow, ...more] }))
  return { allow: wider(allow), askable: wider(askable) }
}
