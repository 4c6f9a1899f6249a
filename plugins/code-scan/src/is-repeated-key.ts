import type { FileFacts } from './file-facts.ts'
import type { SgNode } from './open-parser.ts'

/** Per file and id of a container: the ids of the nodes whose key an earlier one has. */
const known = new WeakMap<FileFacts, Map<number, ReadonlySet<number>>>()

/** True for an entry, method, function, case or test whose name an earlier one beside it has. */
export function isRepeatedKey(node: SgNode, facts: FileFacts): boolean {
  const parent = node.parent()
  if (!parent) return false
  const byParent = known.get(facts) ?? new Map<number, ReadonlySet<number>>()
  known.set(facts, byParent)
  const repeated = byParent.get(parent.id()) ?? repeatedIn(parent, String(node.kind()))
  byParent.set(parent.id(), repeated)
  return repeated.has(node.id())
}

function repeatedIn(parent: SgNode, kind: string): ReadonlySet<number> {
  const seen = new Set<string>()
  const repeated = new Set<number>()
  for (const child of parent.namedChildren()) {
    if (child.kind() !== kind) continue
    const key = keyOf(child)
    if (key === undefined) continue
    if (seen.has(key)) repeated.add(child.id())
    seen.add(key)
  }
  return repeated
}

/** What tells a node from those beside it: a key, a head such as `static get size`, the value of a case, the title of a test. */
function keyOf(node: SgNode): string | undefined {
  if (node.kind() === 'expression_statement') return titleOf(node)
  const key = node.field('key') ?? node.field('value')
  const name = node.field('name')
  if (!name) return key === null || /^\[/.test(key.text()) ? undefined : key.text().replace(/^(['"])([\w$]+)\1$/, '$2')
  const start = node.range().start.index
  return node.field('body') ? node.text().slice(0, name.range().end.index - start) : undefined
}

function titleOf(statement: SgNode): string | undefined {
  const call = statement.namedChildren()[0]
  const title = call?.field('arguments')?.namedChildren()[0]
  return title?.kind() === 'string' ? `${call?.field('function')?.text()} ${title.text()}` : undefined
}
