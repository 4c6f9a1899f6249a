import type { Category } from '../../plugin-api/index.ts'

/** What `codex scan` looks for, each with a tool of its own. */
export const scanParts = ['code', 'secrets', 'dependencies'] as const
export type ScanPart = (typeof scanParts)[number]

/** The tool of a part. */
export const toolOfPart = { code: 'code_scan', secrets: 'secret_scan', dependencies: 'dependency_scan' } as const

/** How the ids of the rules begin that a part brings itself; all others are rules of code. */
const prefixes = { secrets: 'secret-', dependencies: 'dep-' } as const

/** The part that finds what a rule says. */
export function partOfRule(rule: string): ScanPart {
  if (rule.startsWith(prefixes.secrets)) return 'secrets'
  return rule.startsWith(prefixes.dependencies) ? 'dependencies' : 'code'
}

/** What a run asks for. */
export interface PartWish {
  /** Empty: all parts that the rest asks for. */
  readonly only: readonly ScanPart[]
  /** Ids; empty: all. */
  readonly rules: readonly string[]
  /** Empty: those that run by default. */
  readonly categories: readonly Category[]
}

/** The parts that can have findings of the rules and categories that are asked for, in their order. */
export function chooseParts({ only, rules, categories }: PartWish): readonly ScanPart[] {
  const asked = new Set(only.length > 0 ? only : scanParts)
  const byRule = new Set(rules.length > 0 ? rules.map(partOfRule) : scanParts)
  // Secrets and dependencies are of the category security.
  const isSecurity = categories.length === 0 || categories.includes('security')
  return scanParts.filter((part) => asked.has(part) && byRule.has(part) && (part === 'code' || isSecurity))
}
