import type { SgNode } from './open-parser.ts'

/**
 * Puts what the metavariables of a match stand for into a template; `$$$ARGS` gives all of them as written.
 *
 * @param show what becomes of each text; `one` is its node, absent for several, and `before` the template in front of it
 */
export function fillTemplate(
  template: string,
  node: SgNode,
  show: (text: string, one: SgNode | undefined, before: string) => string,
): string {
  return template.replace(/\$(\$\$)?([A-Z_][A-Z0-9_]*)/g, (written, many, name: string, at: number) => {
    const before = template.slice(0, at)
    if (!many) {
      const one = node.getMatch(name)
      if (one) return show(one.text(), one, before)
    }
    const parts = node.getMultipleMatches(name)
    const [first, last] = [parts[0], parts.at(-1)]
    if (!first || !last) return many ? '' : written
    return show(textBetween(first, last), undefined, before)
  })
}

/** The text of a tree begins where its first token does, not where the file does. */
function textBetween(first: SgNode, last: SgNode): string {
  const root = first.getRoot().root()
  const origin = root.range().start.index
  return root.text().slice(first.range().start.index - origin, last.range().end.index - origin)
}
