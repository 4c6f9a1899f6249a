/**
 * Plain data with secrets taken out of all its texts; what holds none stays the same object. Edits of a fix are given whole or not at all:
 * with a text taken out they would write `[redacted]` into a file.
 */
export function redactValue<Value>(value: Value, redact: (text: string) => string): Value {
  const known = new Map<object, unknown>()
  const visit = (part: unknown): unknown => {
    if (typeof part === 'string') return redact(part)
    if (typeof part !== 'object' || part === null) return part
    // The same finding may stand in several lists.
    if (known.has(part)) return known.get(part)
    const visited = Array.isArray(part) ? visitList(part) : isPlain(part) ? visitTable(part) : part
    known.set(part, visited)
    return visited
  }
  const visitList = (list: readonly unknown[]): unknown => {
    const visited = list.map(visit)
    return visited.every((each, index) => each === list[index]) ? list : visited
  }
  const visitTable = (table: object): unknown => {
    const entries = Object.entries(table)
    const visited = entries.map(([key, inner]): [string, unknown] => {
      const after = visit(inner)
      return [key, key === 'edits' && after !== inner ? [] : after]
    })
    return visited.every(([, each], index) => each === entries[index]?.[1]) ? table : Object.fromEntries(visited)
  }
  return visit(value) as Value // of the same shape: only texts differ, and edits that are left out
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}
