import type { SgNode } from './open-parser.ts'

const caseKinds = /^(expression_case|switch_case|switch_block_statement_group|switch_rule|case_clause)$/
const switchKinds = /^(expression_switch_statement|switch_statement|switch_expression|match_statement)$/

/** True for a case of a `switch` over `text` that names what it is for: there it can only be one of these. */
export function isNamedCase(node: SgNode, text: string): boolean {
  if (!caseKinds.test(String(node.kind())) || isDefault(node)) return false
  const owner = node.ancestors().find((one) => switchKinds.test(String(one.kind())))
  return owner !== undefined && subjectOf(owner) === text
}

/** True for a `switch` over `text` that goes on with the values that it names alone. */
export function refusesOthers(statement: SgNode, text: string, exits: RegExp): boolean {
  const node = statement.kind() === 'expression_statement' ? statement.namedChildren()[0] : statement
  if (!node || !switchKinds.test(String(node.kind())) || subjectOf(node) !== text) return false
  const cases = node
    .namedChildren()
    .flatMap((child) => (/body$|block$/.test(String(child.kind())) ? child.namedChildren() : [child]))
  const other = cases.find(isDefault)
  return other !== undefined && exits.test(other.text())
}

const isDefault = (node: SgNode): boolean => /^(default\b|case _\s*:)/.test(node.text())

function subjectOf(node: SgNode): string | undefined {
  const subject = node.field('value') ?? node.field('condition') ?? node.field('subject') ?? node.namedChildren()[0]
  return subject?.text().replace(/^\(([\s\S]*)\)$/, '$1')
}
