import type { Binding } from './expression.ts'
import type { SgNode } from './open-parser.ts'

/** How a language binds names. */
export interface BindingSyntax {
  readonly functionKinds: ReadonlySet<string>
  /** Nodes of which the content does not always happen. */
  readonly conditional: RegExp
  /** Tells the bindings that a node makes, itself and not what is inside. */
  bind(node: SgNode, add: AddBinding): void
}

export type AddBinding = (
  name: string,
  value: SgNode | null | undefined,
  options?: { readonly adds?: boolean; readonly access?: readonly string[]; readonly offset?: number },
) => void

/** Bindings of one function (or file), in order of the text; functions inside are left out. */
export function walkBindings(scope: SgNode, syntax: BindingSyntax): readonly Binding[] {
  const bindings: Binding[] = []
  const body = syntax.functionKinds.has(String(scope.kind())) ? scope.field('body') : scope
  if (body) walk(body, blockOf(body), bindings, syntax)
  return bindings
}

function walk(node: SgNode, block: Binding['block'], bindings: Binding[], syntax: BindingSyntax): void {
  for (const child of node.namedChildren()) {
    const kind = String(child.kind())
    if (syntax.functionKinds.has(kind)) continue
    syntax.bind(child, (name, value, { adds = false, access = [], offset = child.range().end.index } = {}) => {
      bindings.push({ name, access, adds, offset, block, ...(value ? { value } : {}) })
    })
    walk(child, syntax.conditional.test(kind) ? blockOf(child) : block, bindings, syntax)
  }
}

function blockOf(node: SgNode): readonly [number, number] {
  const { start, end } = node.range()
  return [start.index, end.index]
}
