import { parseAst } from 'rolldown/parseAst'

/** A function that ran, as V8 reports it: places in the text, the second one exclusive. */
export interface RanFunction {
  readonly start: number
  readonly end: number
}

/** A node of the syntax tree (ESTree), with its place in the text. */
interface Node {
  readonly type: string
  readonly start: number
  readonly end: number
  readonly [part: string]: unknown
}

/**
 * A module in which V8 compiles these functions with it: it takes a function in parentheses for one that is called at once. Node's compile cache
 * has what is compiled then alone; all others every start compiles again when it calls them, ten microseconds each and more.
 *
 * What they do stays as it was. A declaration becomes a variable at the beginning of what it is declared in, a method of an object a property, an
 * async arrow function an async function. Left as they are: methods of classes, accessors, and what uses `super`, or `this` of its surroundings.
 *
 * @param mayMove false where others may call its functions before it was evaluated: modules that import each other
 */
export function withEagerFunctions(code: string, ran: readonly RanFunction[], mayMove: boolean): string {
  const program = parseAst(code) as unknown as Node // ESTree
  const parents = new Map<Node, Node>()
  const functions = new Map<number, Node[]>()
  const visit = (node: Node): void => {
    if (functionTypes.has(node.type)) functions.set(node.end, [...(functions.get(node.end) ?? []), node])
    for (const child of childrenOf(node)) {
      parents.set(child, node)
      visit(child)
    }
  }
  visit(program)

  const replaced = new Map<Node, () => string>()
  const moved = new Map<Node, Node[]>()
  for (const { start, end } of ran) {
    const node = nearest(functions.get(end) ?? [], start)
    if (node) makeEager(node)
  }
  return textOf(program)

  function makeEager(node: Node): void {
    const parent = parents.get(node)
    if (!parent || replaced.has(node) || replaced.has(parent)) return
    if (node.type === 'FunctionDeclaration') {
      const isOfFunction = parent.type === 'BlockStatement' && functionTypes.has(parents.get(parent)?.type ?? '')
      if (!(isOfFunction || (parent.type === 'Program' && mayMove)) || !isNode(node.id)) return
      replaced.set(node, () => '')
      moved.set(parent, [...(moved.get(parent) ?? []), node])
    } else if (parent.type === 'Property' && (parent.method === true || parent.kind !== 'init')) {
      if (parent.method === true && isPlainMethod(parent)) replaced.set(parent, () => propertyOf(parent, node))
    } else if (parent.type !== 'MethodDefinition' && parent.type !== 'PropertyDefinition') {
      if (node.type === 'ArrowFunctionExpression' && node.async === true) {
        if (!holds(node, usesSurroundings)) replaced.set(node, () => `(${functionOf(node)})`)
      } else replaced.set(node, () => `(${ownText(node)})`)
    }
  }

  function textOf(node: Node): string {
    const replacement = replaced.get(node)
    return replacement ? replacement() : ownText(node)
  }

  /** The text of a node, with what stands for its parts. */
  function ownText(node: Node): string {
    const before = (moved.get(node) ?? []).map((each) => `${nameOf(each)}=(${functionOf(each)})`)
    const variables = before.length === 0 ? '' : `var ${before.join()};`
    let at = node.start
    let text = ''
    if (node.type === 'BlockStatement') {
      at += 1
      text = `{${variables}`
    } else text = variables
    for (const child of childrenOf(node)) {
      if (child.start < at) continue // a shorthand is its name and its value
      text += code.slice(at, child.start) + textOf(child)
      at = child.end
    }
    return text + code.slice(at, node.end)
  }

  /** A function without a name, of one of any kind. */
  function functionOf(node: Node): string {
    const [parameters, body] = [nodesIn(node.params), node.body]
    if (!isNode(body)) throw new TypeError(`A function without a body at ${node.start}`)
    const isShort = body.type !== 'BlockStatement'
    const kind = `${node.async === true ? 'async ' : ''}function${node.generator === true ? '*' : ''}`
    return `${kind}(${parameters.map(textOf).join()})${isShort ? `{return(${textOf(body)})}` : textOf(body)}`
  }

  function propertyOf(property: Node, method: Node): string {
    const key = isNode(property.key) ? textOf(property.key) : ''
    return `${property.computed === true ? `[${key}]` : key}:(${functionOf(method)})`
  }

  function nameOf(declaration: Node): string {
    return isNode(declaration.id) ? code.slice(declaration.id.start, declaration.id.end) : ''
  }
}

const functionTypes: ReadonlySet<string> = new Set([
  ...['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression'],
])

/** `__proto__` with a value of its own is not what a method of that name is. */
function isPlainMethod({ key, computed, value }: Node): boolean {
  const isPrototype = isNode(key) && computed !== true && [key.name, key.value].includes('__proto__')
  return !isPrototype && isNode(value) && !holds(value, (node) => node.type === 'Super')
}

function usesSurroundings(node: Node): boolean {
  return (
    ['ThisExpression', 'Super', 'MetaProperty'].includes(node.type) ||
    (node.type === 'Identifier' && node.name === 'arguments')
  )
}

function holds(node: Node, is: (node: Node) => boolean): boolean {
  return is(node) || childrenOf(node).some((child) => holds(child, is))
}

function nearest(nodes: readonly Node[], start: number): Node | undefined {
  return nodes.toSorted((a, b) => Math.abs(a.start - start) - Math.abs(b.start - start))[0]
}

/** The parts of a node, in the order of the text. */
function childrenOf(node: Node): readonly Node[] {
  return Object.values(node)
    .flatMap((part) => (Array.isArray(part) ? nodesIn(part) : isNode(part) ? [part] : []))
    .sort((a, b) => a.start - b.start)
}

function nodesIn(values: unknown): readonly Node[] {
  return Array.isArray(values) ? values.filter(isNode) : []
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string'
}
