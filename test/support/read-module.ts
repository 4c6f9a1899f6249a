import { parseAst } from 'rolldown/parseAst'

/** What the layering rules need to know of one module. Lines count from 1. */
export interface ModuleFacts {
  /** Static, dynamic and type imports, and re-exports. */
  readonly imports: readonly { readonly specifier: string; readonly line: number }[]
  /** Names of module-level `let` and `var`. */
  readonly mutableGlobals: readonly { readonly name: string; readonly line: number }[]
  /** Uses of a global that reaches the network, where no scope around binds the name. */
  readonly freeNames: readonly { readonly name: string; readonly line: number }[]
}

interface Node {
  readonly type: string
  readonly start: number
  readonly [field: string]: unknown
}

const networkGlobals = new Set(['fetch', 'WebSocket', 'EventSource', 'XMLHttpRequest'])
const functionTypes = new Set(['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression', 'Program'])

/** Reads a TypeScript module. @throws the parser's error */
export function readModule(text: string): ModuleFacts {
  const program = parseAst(text, { lang: 'ts' }) as unknown as Node // the parser's nodes all have these fields
  const lineOf = (node: Node) => text.slice(0, node.start).split('\n').length
  const facts = {
    imports: [] as { specifier: string; line: number }[],
    mutableGlobals: [] as { name: string; line: number }[],
    freeNames: [] as { name: string; line: number }[],
  }
  for (const statement of program.body as readonly Node[]) {
    const node = asNode(statement.declaration) ?? statement
    if (node.type !== 'VariableDeclaration' || node.kind === 'const') continue
    for (const name of boundNames(node)) facts.mutableGlobals.push({ name, line: lineOf(node) })
  }
  const visit = (node: Node, parent: Node | undefined, bound: ReadonlySet<string>) => {
    const source = asNode(node.source)
    if (typeof source?.value === 'string') facts.imports.push({ specifier: source.value, line: lineOf(node) })
    if (isReference(node, parent) && networkGlobals.has(String(node.name)) && !bound.has(String(node.name))) {
      facts.freeNames.push({ name: String(node.name), line: lineOf(node) })
    }
    const inner = functionTypes.has(node.type) ? new Set([...bound, ...boundNames(node)]) : bound
    for (const child of children(node)) visit(child, node, inner)
  }
  visit(program, undefined, new Set())
  return facts
}

/** Names that a declaration, or a function with its parameters and body, binds; not those of functions inside. */
function boundNames(node: Node): readonly string[] {
  const names: string[] = []
  const pattern = (each: Node | undefined): void => {
    if (!each) return
    if (each.type === 'Identifier') names.push(String(each.name))
    else if (each.type === 'Property') pattern(asNode(each.value))
    else if (each.type === 'AssignmentPattern') pattern(asNode(each.left))
    else if (each.type === 'RestElement') pattern(asNode(each.argument))
    else for (const child of children(each)) pattern(child)
  }
  const visit = (each: Node): void => {
    if (each.type === 'VariableDeclarator' || each.type === 'FunctionDeclaration') pattern(asNode(each.id))
    if (each.type.startsWith('Import') && each.type.endsWith('Specifier')) pattern(asNode(each.local))
    if (each !== node && functionTypes.has(each.type)) return
    for (const child of children(each)) visit(child)
  }
  for (const parameter of Array.isArray(node.params) ? node.params : []) pattern(asNode(parameter))
  visit(node)
  return names
}

/** True for an identifier that stands for a value, not for a field, a key or a type. */
function isReference(node: Node, parent: Node | undefined): boolean {
  if (node.type !== 'Identifier' || !parent) return false
  if (parent.type === 'MemberExpression') {
    const owner = asNode(parent.object)
    return parent.object === node || parent.computed === true || owner?.name === 'globalThis'
  }
  if (parent.type === 'Property') return parent.value === node || parent.computed === true
  return !parent.type.startsWith('TS') && !parent.type.endsWith('Definition')
}

function children(node: Node): readonly Node[] {
  return Object.values(node)
    .flat()
    .flatMap((value) => asNode(value) ?? [])
}

function asNode(value: unknown): Node | undefined {
  return typeof value === 'object' && value !== null && 'type' in value ? (value as Node) : undefined // every node has a type
}
