import type { SgNode } from './open-parser.ts'

/** Code that people write stays below 100; generated tables of text built with `+` reach some hundreds. */
const maxDepth = 1000
/** Nodes of less text cannot hide enough levels to cost more than a few seconds. */
const leastBytes = 4096

/**
 * True for code so deeply nested that rules which look around would take quadratic time in native code, which nobody
 * can interrupt. Looks only at the large nodes: there are few, however large the text.
 */
export function isTooDeep(root: SgNode): boolean {
  let level = [root]
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > maxDepth) return true
    level = level.flatMap((node) => node.namedChildren().filter((child) => sizeOf(child) >= leastBytes))
  }
  return false
}

function sizeOf(node: SgNode): number {
  const { start, end } = node.range()
  return end.index - start.index
}
