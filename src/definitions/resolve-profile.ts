import { nearestNames } from '../kernel/nearest-names.ts'
import { CodexError } from '../plugin-api/errors.ts'
import type { Definition, ProfileDefinition } from '../plugin-api/index.ts'

export interface ResolvedProfile {
  readonly id: string
  /** The profile that nothing stands under first, the one asked for last; each narrows those before it. */
  readonly chain: readonly Definition<ProfileDefinition>[]
}

/**
 * Follows `extends`. A profile of an untrusted repository finds its base among that repository's first.
 *
 * @throws CodexError `usage.unknown_definition` for an id that no profile has, `definition.invalid` for an unknown base or a cycle
 */
export function resolveProfile(id: string, profiles: readonly Definition<ProfileDefinition>[]): ResolvedProfile {
  const profilesById = new Map(profiles.map((profile) => [profile.id, profile]))
  const first = profilesById.get(id)
  if (first === undefined) {
    throw new CodexError('usage.unknown_definition', `No profile is called "${id}"`, { hint: hintFor(id, profiles) })
  }
  const chain = [first]
  for (let profile = first; profile.value.extends !== undefined; ) {
    const base = baseOf(profile, profilesById)
    if (base === undefined) {
      const message = `Profile "${profile.id}" extends "${profile.value.extends}", which no profile is called`
      throw invalid(message, profile, hintFor(profile.value.extends, profiles))
    }
    const start = chain.indexOf(base)
    if (start !== -1) {
      const cycle = [...chain.slice(start), base].map((step) => `${step.id} (${step.origin.file})`)
      throw invalid(
        `Profiles extend each other: ${cycle.join(' -> ')}`,
        profile,
        'Remove one `extends`, or name another.',
      )
    }
    chain.push(base)
    profile = base
  }
  return { id, chain: chain.toReversed() }
}

function baseOf(
  profile: Definition<ProfileDefinition>,
  profilesById: ReadonlyMap<string, Definition<ProfileDefinition>>,
): Definition<ProfileDefinition> | undefined {
  const base = profile.value.extends
  if (base === undefined) return undefined
  const besides = profile.origin.trusted ? undefined : profilesById.get(`project:${base}`)
  return besides ?? profilesById.get(base)
}

function invalid(message: string, profile: Definition<ProfileDefinition>, hint: string): CodexError {
  return new CodexError('definition.invalid', message, {
    hint,
    location: { file: profile.origin.file, field: 'extends' },
  })
}

function hintFor(id: string, profiles: readonly Definition<ProfileDefinition>[]): string {
  const ids = profiles.map((profile) => profile.id)
  const nearest = nearestNames(id, ids)
  return nearest.length > 0 ? `Did you mean ${nearest.join(', ')}?` : `There are: ${ids.join(', ')}.`
}
