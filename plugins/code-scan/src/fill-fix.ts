import { fillTemplate } from './fill-template.ts'
import type { SgNode } from './open-parser.ts'
import { type ConfigUse, toNapi } from './rule-config.ts'
import type { ScanRule } from './scan-rule.ts'

/** The text that takes the place of a match; undefined where the rule has none, or none that is right here. */
export function fillFix({ fix, utils }: ScanRule, node: SgNode, use: ConfigUse): string | undefined {
  if (fix?.template === undefined) return undefined
  const holds = Object.entries(fix.constraints ?? {}).every(([name, rule]) =>
    node.getMatch(name)?.matches(toNapi({ rule, ...(utils && { utils }) }, use)),
  )
  if (!holds) return undefined
  return fillTemplate(fix.template, node, (text, one, before) => {
    if (one && use.syntax === 'javascript' && /=>\s*$/.test(before) && text.startsWith('{')) return `(${text})`
    return one && use.syntax === 'python' && needsParentheses(one) ? `(${text})` : text
  })
}

/** In Python a line break ends a statement unless brackets are around it, which a template may take away. */
function needsParentheses(node: SgNode): boolean {
  return node.text().includes('\n') && !bracketed.has(String(node.kind()))
}

const bracketed = new Set([
  'parenthesized_expression',
  'tuple',
  'list',
  'dictionary',
  'set',
  'list_comprehension',
  'dictionary_comprehension',
  'set_comprehension',
  'generator_expression',
  'keyword_argument',
])
