import { knownValues } from './redact.ts'
import { findAssignments } from './secrets/find-assignments.ts'
import { findComposed } from './secrets/find-composed.ts'
import { createTokenFinder } from './secrets/find-tokens.ts'

/** From `start` to before `end`, in UTF-16 units. */
export interface SecretPlace {
  readonly start: number
  readonly end: number
}

/**
 * Gives a function that tells where in a text something stands that nobody should read in a report: all that redaction takes out, and
 * what looks like a credential that is given to a name. Rather too much than too little: no placeholder is left out, and values count without quotes as well.
 * Places come in order and may overlap.
 */
export function createSecretPlaces(
  env: Readonly<Record<string, string | undefined>>,
  secretValues: readonly string[],
): (text: string) => readonly SecretPlace[] {
  const known = knownValues(env, secretValues)
  const findTokens = createTokenFinder()
  return (text) => {
    const values = known === undefined ? [] : [...text.matchAll(known)]
    const spans = [...findTokens(text), ...findComposed(text), ...findAssignments(text, { bareValues: true })]
    return [
      ...values.map(({ index, 0: value }) => ({ start: index, end: index + value.length })),
      ...spans.map(({ start, end }) => ({ start, end })),
    ].toSorted((a, b) => a.start - b.start)
  }
}
