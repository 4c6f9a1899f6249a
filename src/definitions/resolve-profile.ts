import { nearestNames } from '../kernel/nearest-names.ts'
import { CodexError } from '../plugin-api/errors.ts'
import type { Definition, ProfileDefinition } from '../plugin-api/index.ts'

export interface ResolvedProfile {
  readonly id: string
  /** The profile that nothing stands under first, the one asked for last; each narrows those before it. */
  readonly chain: readonly Definition<ProfileDefinition>[]
}

/**
 * Follows `extends`. A profile of an untrusted repository finds its base among that repository's first. A repository's profile that extends its own name
 * means the one below it, of the program or the user.
 *
 * @throws CodexError `usage.unknown_definition` for an id that no profile has, `definition.invalid` for an unknown base or a cycle
 */
export function resolveProfile(id: string, profiles: readonly Definition<ProfileDefinition>[]): ResolvedProfile {
  const profilesById = new Map(profiles.map((profile) => [profile.id, profile]))
  const first = profilesById.get(id) ?? profiles.find((profile) => isRepositorys(profile, id))
  if (first === undefined) {
    throw new CodexError('usage.unknown_definition', `No profile is called "${id}"`, { hint: hintFor(id, profiles) })
  }
  const chain = [first]
  for (let profile = first; profile.value.extends !== undefined; ) {
    const base = baseOf(profile, profiles, profilesById)
    if (base === undefined) {
      const message = `Profile "${profile.id}" extends "${profile.value.extends}", which no ${extendsOwnName(profile) ? 'other ' : ''}profile is called`
      const others = profiles.filter((each) => each !== profile)
      throw invalid(message, profile, hintFor(profile.value.extends, others))
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
  profiles: readonly Definition<ProfileDefinition>[],
  profilesById: ReadonlyMap<string, Definition<ProfileDefinition>>,
): Definition<ProfileDefinition> | undefined {
  const base = profile.value.extends
  if (base === undefined) return undefined
  if (extendsOwnName(profile)) return profiles.find(({ id, origin }) => id === base && origin.layer !== 'project')
  const besides = profile.origin.trusted ? undefined : profilesById.get(`project:${base}`)
  return besides ?? profilesById.get(base)
}

/** A repository's profile is called `project:NAME` before it is trusted, and answers to that name afterwards. */
function isRepositorys({ id, origin }: Definition<ProfileDefinition>, asked: string): boolean {
  return origin.layer === 'project' && asked === `project:${id}`
}

function extendsOwnName({ value, origin }: Definition<ProfileDefinition>): boolean {
  return origin.layer === 'project' && value.extends === value.id
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
