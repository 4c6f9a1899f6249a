/** What counts as true in `when`, as `{{#if}}` has it: not false, null, 0, an empty text or an empty list. */
export function isTrue(value: unknown): boolean {
  return Array.isArray(value) ? value.length > 0 : Boolean(value)
}
