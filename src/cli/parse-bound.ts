import { CodexError } from '../plugin-api/errors.ts'

const kinds = {
  'max-cost': { pattern: /^\d*\.?\d+$/, expected: 'US dollars above 0', example: '0.50' },
  'max-tokens': { pattern: /^\d+$/, expected: 'a whole number above 0', example: '200000' },
} as const

/** The number behind `--max-cost` or `--max-tokens`. @throws CodexError `usage.arguments` */
export function parseBound(option: keyof typeof kinds, text: string): number {
  const { pattern, expected, example } = kinds[option]
  const value = pattern.test(text) ? Number(text) : Number.NaN
  if (Number.isFinite(value) && value > 0) return value
  throw new CodexError('usage.arguments', `invalid value '${text}' for '--${option}': expected ${expected}`, {
    hint: `For example: --${option} ${example}`,
  })
}
