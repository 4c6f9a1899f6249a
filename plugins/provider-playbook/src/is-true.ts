/** What counts as true in `when`, as `{{#if}}` has it: all but false, 0, NaN and what is empty: no value, text or list. */
export function isTrue(value: unknown): boolean {
  return Array.isArray(value) ? value.length > 0 : Boolean(value)
}
