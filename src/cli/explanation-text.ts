import type { SaidValue, ValueExplanation } from '../config/explain-value.ts'
import { tomlLiteral } from '../config/stringify-toml.ts'
import { formatLocation } from '../plugin-api/diagnostic.ts'

/** An explanation for people: the value, who says it, what it overrode, and, where `full`, what the schema says of the key. */
export function explanationText(
  { key, said, overrode, field, hasEffect, notes }: ValueExplanation,
  full: boolean,
): string {
  const lines = [
    said ? `${key} = ${tomlLiteral(said.value)}` : `${key} is not set`,
    ...(said ? [`  from ${sourceText(said)}`] : []),
    ...overrode.map((lower) => `  overrides ${tomlLiteral(lower.value)} from ${sourceText(lower)}`),
    ...(hasEffect ? [] : ['  It has no effect in this version.']),
    ...notes.map((note) => `  ${note}`),
  ]
  if (!full) return lines.join('\n')
  if (!field) return [...lines, '  The schema does not name this key.'].join('\n')
  const { description, type, values, default: fallback } = field
  return [
    ...lines,
    ...(description === undefined ? [] : [`  ${description}`]),
    `  type: ${type}`,
    ...(values ? [`  values: ${values.join(', ')}`] : []),
    ...(fallback === undefined ? [] : [`  default: ${tomlLiteral(fallback)}`]),
  ].join('\n')
}

/** `layer, file:line:column`, or the variable, option or flag. */
export function sourceText({ layer, by, ...place }: SaidValue): string {
  const where = by ?? formatLocation(place)
  return where === '' ? layer : `${layer}, ${where}`
}
