import type { CodeStructure, Role } from './code-structure.ts'
import type { SgNode } from './open-parser.ts'

/** One function in numbers. Lines count from 1. */
export interface FunctionMeasure {
  /** With its class; of a callback what it is handed to; absent where there is neither. */
  readonly name?: string
  readonly line: number
  readonly endLine: number
  /** Ways through this function alone (T. McCabe, A Complexity Measure, 1976): 1, and 1 for each condition, case, loop, catch, and, or. */
  readonly cyclomatic: number
  /**
   * How hard it is to follow, by G. A. Campbell, Cognitive Complexity, 2018 (SonarSource): breaks in the flow, each weighing more the deeper
   * it lies. That of functions inside counts in the outermost one that branches itself.
   */
  readonly cognitive: number
  /** True where the cognitive complexity is counted in an outer function. */
  readonly isInside: boolean
  /** Conditions, loops, switches and handlers around the deepest of them, itself included; functions inside are their own. */
  readonly nesting: number
  readonly parameters: number
  /** Lines with code, without blank ones, comments and functions inside. */
  readonly codeLines: number
}

export interface MeasuredFunction extends FunctionMeasure {
  readonly node: SgNode
}

/** What the walk knows of a function. */
interface Walked {
  readonly node: SgNode
  readonly start: number
  readonly end: number
  readonly outer: Walked | undefined
  readonly inner: Walked[]
  /** Structures of the outer function around it. */
  readonly depthInOuter: number
  cyclomatic: number
  /** Its own increments, as if it stood alone. */
  cognitive: number
  /** How many of them weigh more where it lies deeper. */
  weighing: number
  nesting: number
}

/** A structure that is open while its content is walked. */
interface Open {
  readonly end: number
  readonly nests: boolean
}

const weighs: ReadonlySet<Role> = new Set(['if', 'loop', 'switch', 'catch', 'ternary'])
const nestsDeeper: ReadonlySet<Role> = new Set(['if', 'loop', 'switch', 'catch'])
const isDecision: ReadonlySet<Role> = new Set(['if', 'elif', 'loop', 'case', 'catch', 'ternary', 'logical', 'clause'])

/** All functions of a tree, in order of the text. */
export function measureFunctions(root: SgNode, text: string, structure: CodeStructure): readonly MeasuredFunction[] {
  const { functions, logical, comments } = walk(root, structure)
  for (const [fn, nodes] of logical) fn.cognitive += countSequences(nodes, structure)
  for (const fn of functions) if (callsItself(fn, text, structure)) fn.cognitive++
  const codeLines = countCodeLines(functions, text, comments)
  return functions.map((fn): MeasuredFunction => {
    const name = structure.nameOf(fn.node) ?? callbackName(fn.node)
    const isInside = isCountedOutside(fn)
    const range = fn.node.range()
    return {
      node: fn.node,
      ...(name === undefined ? {} : { name }),
      line: range.start.line + 1,
      endLine: range.end.line + 1,
      cyclomatic: fn.cyclomatic,
      cognitive: isInside || fn.cognitive > 0 ? totalOf(fn).cognitive : 0,
      isInside,
      nesting: fn.nesting,
      parameters: structure.parameterCount(fn.node),
      codeLines: codeLines.get(fn) ?? 0,
    }
  })
}

function walk(root: SgNode, structure: CodeStructure) {
  const nodes = root
    .findAll({ rule: { any: Object.keys(structure.kinds).map((kind) => ({ kind })) } })
    .map((node) => ({ node, role: structure.kinds[String(node.kind())], range: node.range() }))
    .toSorted((a, b) => a.range.start.index - b.range.start.index || b.range.end.index - a.range.end.index)
  const functions: Walked[] = []
  const comments: SgNode[] = []
  const logical = new Map<Walked, SgNode[]>()
  const open: Open[] = []
  const around: { fn: Walked | undefined; open: readonly Open[] }[] = []
  let current: Walked | undefined
  for (const { node, role, range } of nodes) {
    const [start, end] = [range.start.index, range.end.index]
    while (current && current.end <= start) {
      const outer = around.pop()
      open.splice(0, open.length, ...(outer?.open ?? []))
      current = outer?.fn
    }
    while ((open.at(-1)?.end ?? Number.POSITIVE_INFINITY) <= start) open.pop()
    if (!role || structure.isNone(node, role)) continue
    if (role === 'comment') {
      comments.push(node)
      continue
    }
    if (role === 'function') {
      const fn: Walked = {
        ...{ node, start, end, outer: current, inner: [], depthInOuter: open.length },
        ...{ cyclomatic: 1, cognitive: 0, weighing: 0, nesting: 0 },
      }
      current?.inner.push(fn)
      functions.push(fn)
      around.push({ fn: current, open: [...open] })
      open.length = 0
      current = fn
      continue
    }
    const isElseIf = role === 'if' && structure.isElseIf(node)
    if (current)
      count(current, role, { isElseIf, hasElse: role === 'if' && structure.hasPlainElse(node), depth: open.length })
    if (current && role === 'logical') logical.set(current, [...(logical.get(current) ?? []), node])
    if (weighs.has(role) && !isElseIf) {
      open.push({ end, nests: nestsDeeper.has(role) })
      if (current) current.nesting = Math.max(current.nesting, open.filter(({ nests }) => nests).length)
    }
  }
  return { functions, logical, comments }
}

function count(fn: Walked, role: Role, at: { isElseIf: boolean; hasElse: boolean; depth: number }): void {
  if (isDecision.has(role)) fn.cyclomatic++
  if (at.hasElse) fn.cognitive++
  if (at.isElseIf || role === 'elif' || role === 'else' || role === 'jump') fn.cognitive++
  else if (weighs.has(role)) {
    fn.cognitive += 1 + at.depth
    fn.weighing++
  }
}

/** With the functions inside, each one level deeper than what is around it. */
function totalOf(fn: Walked): { readonly cognitive: number; readonly weighing: number } {
  const inner = fn.inner.map((each) => ({ ...totalOf(each), depth: each.depthInOuter + 1 }))
  return {
    cognitive: inner.reduce((sum, each) => sum + each.cognitive + each.weighing * each.depth, fn.cognitive),
    weighing: inner.reduce((sum, each) => sum + each.weighing, fn.weighing),
  }
}

/** A function that only declares others, such as a module's or a suite's, is no whole that has to be followed. */
function isCountedOutside(fn: Walked): boolean {
  for (let outer = fn.outer; outer; outer = outer.outer) if (outer.cognitive > 0) return true
  return false
}

/** A function without a name is called by what it is handed to. */
function callbackName(fn: SgNode): string | undefined {
  const list = fn.parent()
  if (!/^argument(s|_list)$/.test(String(list?.kind()))) return undefined
  const call = list?.parent()
  const callee = (call?.field('function') ?? call?.field('constructor') ?? call?.field('name'))?.text() ?? ''
  return callee.length > 0 && callee.length <= 60 && !callee.includes('\n') ? `callback of ${callee}` : undefined
}

/** Like operators in a row are one break in the flow: `a && b && c || d` counts two. */
function countSequences(nodes: readonly SgNode[], structure: CodeStructure): number {
  const operators = nodes.flatMap((node) => {
    const operator = structure.operatorOf(node)
    const { start, end } = node.range()
    return operator
      ? [{ text: operator.text(), at: operator.range().start.index, start: start.index, end: end.index, node }]
      : []
  })
  const byId = new Map(operators.map((each) => [each.node.id(), each]))
  const whole = (each: (typeof operators)[number]): number => {
    let top = each
    for (let parent = each.node.parent(); parent; parent = parent.parent()) {
      const outer = byId.get(parent.id())
      if (outer) top = outer
      else if (parent.kind() !== 'parenthesized_expression') break
    }
    return top.start
  }
  return [...Map.groupBy(operators, whole).values()].reduce((sum, group) => {
    // `??` is a shorthand, which reads like a value.
    const inOrder = group.toSorted((a, b) => a.at - b.at).filter(({ text }) => text !== '??')
    return sum + inOrder.filter(({ text }, index) => text !== inOrder[index - 1]?.text).length
  }, 0)
}

function callsItself({ node, start, end }: Walked, text: string, structure: CodeStructure): boolean {
  const name = structure.nameOf(node)?.split('.').at(-1)
  if (name === undefined || !/^\w+$/.test(name)) return false
  const body = node.field('body')?.range()
  const code = text.slice(body?.start.index ?? start, body?.end.index ?? end)
  return code.includes(name) && new RegExp(`(?<![\\w.$'"\`])((this|self|cls)\\.)?${name}\\(`).test(code)
}

/** A line belongs to the innermost function that it lies in; the line of its head to that alone where nothing is around. */
function countCodeLines(
  functions: readonly Walked[],
  text: string,
  comments: readonly SgNode[],
): ReadonlyMap<Walked, number> {
  const hasCode = linesWithCode(text, comments)
  const owner: (Walked | undefined)[] = []
  for (const fn of functions) {
    const { start, end } = fn.node.range()
    for (let line = start.line + (fn.outer ? 1 : 0); line <= end.line; line++) owner[line] = fn
    if (fn.outer && owner[start.line] === undefined) owner[start.line] = fn
  }
  const counts = new Map<Walked, number>()
  for (const [line, fn] of owner.entries()) {
    if (fn && hasCode[line]) counts.set(fn, (counts.get(fn) ?? 0) + 1)
  }
  return counts
}

/** By line from 0: whether anything but white space and comments stands on it. */
export function linesWithCode(text: string, comments: readonly SgNode[]): readonly boolean[] {
  let bare = ''
  let offset = 0
  for (const comment of comments) {
    const { start, end } = comment.range()
    if (start.index < offset) continue
    bare += text.slice(offset, start.index) + text.slice(start.index, end.index).replace(/[^\n]/g, ' ')
    offset = end.index
  }
  return (bare + text.slice(offset)).split('\n').map((line) => /\S/.test(line))
}
