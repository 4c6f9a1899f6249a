import type { Grammar } from './open-parser.ts'
import type { RuleLanguage } from './scan-rule.ts'

export interface CodeLanguage {
  /** As rules name it. */
  readonly name: RuleLanguage
  readonly grammar: Grammar
  readonly family: 'javascript' | 'python'
}

const javascript: CodeLanguage = { name: 'javascript', grammar: 'JavaScript', family: 'javascript' }
const typescript: CodeLanguage = { name: 'typescript', grammar: 'TypeScript', family: 'javascript' }
const tsx: CodeLanguage = { name: 'typescript', grammar: 'Tsx', family: 'javascript' }
const python: CodeLanguage = { name: 'python', grammar: 'python', family: 'python' }

const byExtension: ReadonlyMap<string, CodeLanguage> = new Map([
  ...['js', 'jsx', 'mjs', 'cjs'].map((extension): [string, CodeLanguage] => [extension, javascript]),
  ...['ts', 'mts', 'cts'].map((extension): [string, CodeLanguage] => [extension, typescript]),
  ['tsx', tsx],
  ...['py', 'pyw'].map((extension): [string, CodeLanguage] => [extension, python]),
])

const byName: Readonly<Record<RuleLanguage, CodeLanguage>> = { javascript, typescript: tsx, python }

/** The language of example code in a rule; TypeScript is read with JSX. */
export const exampleLanguage = (name: RuleLanguage): CodeLanguage => byName[name]

/** By the extension alone; undefined for none, `maybe` where the first line has to say. */
export function languageOfName(path: string): CodeLanguage | 'maybe' | undefined {
  const name = path.slice(path.lastIndexOf('/') + 1)
  const dot = name.lastIndexOf('.')
  if (dot > 0) return byExtension.get(name.slice(dot + 1).toLowerCase())
  return dot === 0 ? undefined : 'maybe'
}

/** By a first line such as `#!/usr/bin/env python3`. */
export function languageOfShebang(text: string): CodeLanguage | undefined {
  const line = /^#!.*/.exec(text.slice(0, 200))?.[0] ?? ''
  if (/\bpython[\d.]*\b/.test(line)) return python
  if (/\b(node|nodejs|bun)\b/.test(line)) return javascript
  return /\b(deno|tsx|ts-node)\b/.test(line) ? typescript : undefined
}
