/** What `for_each` goes through: the items of a list, the fields of a table as `{ key, value }`, nothing of what is empty. @throws TypeError for any other value */
export function listItems(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value
  if (value === undefined || value === null || value === '') return []
  if (typeof value === 'object') return Object.entries(value).map(([key, inner]) => ({ key, value: inner }))
  throw new TypeError(`it gives ${JSON.stringify(value)}, and only a list or a table can be gone through`)
}
