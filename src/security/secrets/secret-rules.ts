import { secretKinds } from './find-composed.ts'
import { secretShapes } from './secret-shapes.ts'

/** Ids of all kinds of secrets that are told apart. */
export function secretRules(): readonly string[] {
  const composed = Object.values(secretKinds).map(({ rule }) => rule)
  return [...new Set([...secretShapes().map(({ rule }) => rule), ...composed, 'secret-assignment'])]
}
