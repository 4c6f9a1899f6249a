import { formatSourceLocation, isSourceLocation } from '../source-location.ts'

/**
 * A value as a template prints it: what is absent is nothing, a list is its values with `, ` between them, a location
 * is `file:start-end`, anything else with fields is JSON.
 */
export function formatValue(value: unknown): string {
  if (value === undefined || value === null) return ''
  if (typeof value === 'string') return value
  if (Array.isArray(value)) {
    return value.some((item) => isTable(item)) ? JSON.stringify(value) : value.map(formatValue).join(', ')
  }
  if (isSourceLocation(value)) return formatSourceLocation(value)
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

/** Absent, an empty text or an empty list: what `default` replaces. */
export function isEmptyValue(value: unknown): boolean {
  return value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0)
}

/** What `if`, `not`, `and` and `or` take for true: all but false, 0 and what is empty. */
export function isTruthy(value: unknown): boolean {
  return !isEmptyValue(value) && value !== false && value !== 0 && !Number.isNaN(value)
}

function isTable(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !isSourceLocation(value)
}
