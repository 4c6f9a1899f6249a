import { constantValue } from './constant-value.ts'
import type { FileFacts } from './file-facts.ts'
import type { SgNode } from './open-parser.ts'

/** False where a condition that the code fixes, or a `switch` over a constant, keeps the node from ever running. */
export function isReachable(node: SgNode, facts: FileFacts): boolean {
  for (let child = node, parent = node.parent(); parent; child = parent, parent = parent.parent()) {
    if (facts.syntax.functionKinds.has(String(parent.kind()))) return true
    if (takenBranch(parent, child, facts) === false || takenCase(child, parent, facts) === false) return false
  }
  return true
}

const branching = /^(if_statement|ternary_expression|conditional_expression)$/

/** Of a condition that the code fixes: true where it leads to `child`, false where it leads elsewhere. */
export function takenBranch(parent: SgNode, child: SgNode, facts: FileFacts): boolean | undefined {
  if (!branching.test(String(parent.kind()))) return undefined
  const condition = parent.field('condition')
  const isFirst = parent.field('consequence')?.id() === child.id()
  if (!condition || (!isFirst && parent.field('alternative')?.id() !== child.id())) return undefined
  const value = constantValue(condition, facts)
  return typeof value === 'boolean' ? value === isFirst : undefined
}

/** The same of a group of a `switch` of Java; groups that fall through to the next count with it. */
function takenCase(group: SgNode, block: SgNode, facts: FileFacts): boolean | undefined {
  if (!/^switch_(block_statement_group|rule)$/.test(String(group.kind()))) return undefined
  const subject = block.parent()?.field('condition')
  const value = subject ? constantValue(subject, facts) : undefined
  if (value === undefined) return undefined
  const groups = block.namedChildren().filter((child) => child.kind() === group.kind())
  const labels = groups.map((one) => labelsOf(one, facts))
  const start = labels.findIndex((one) => one.includes(value))
  const first = start < 0 ? labels.findIndex((one) => one.includes('default')) : start
  const end = groups.findIndex((one, index) => index >= first && leaves(one))
  const place = groups.findIndex((one) => one.id() === group.id())
  return place >= first && place <= (end < 0 ? groups.length : end)
}

function labelsOf(group: SgNode, facts: FileFacts): readonly unknown[] {
  const labels = group.namedChildren().filter((child) => child.kind() === 'switch_label')
  return labels.flatMap((label) => {
    if (/^default\b/.test(label.text())) return ['default']
    return label.namedChildren().map((child) => constantValue(child, facts))
  })
}

const leaves = (group: SgNode): boolean =>
  group.kind() === 'switch_rule' || /\b(break|return|throw|continue)\b/.test(group.text())
