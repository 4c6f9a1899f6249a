type Plain = Record<string, unknown>

const isPlain = (value: unknown): value is Plain =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Puts `changes` over `target`, at any depth. */
export function mergeDeep<T extends Plain>(target: T, changes: Plain): T {
  const result: Plain = target
  for (const key in changes) {
    if (isPlain(result[key]) && isPlain(changes[key])) {
      mergeDeep(result[key], changes[key])
    } else {
      result[key] = changes[key]
    }
  }
  return target
}

/** The fields of `changes` that `target` has already; others are dropped. */
export function mergeKnown<T extends Plain>(target: T, changes: Plain): T {
  const entries = Object.keys(target).map((key) => [key, Object.hasOwn(changes, key) ? changes[key] : target[key]])
  return Object.fromEntries(entries)
}
