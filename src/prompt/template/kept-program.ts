/// <reference types="handlebars" />

const blockHelpers = ['if', 'unless', 'loop', 'enter'] as const
type BlockHelper = (typeof blockHelpers)[number]

/** A piece of a parsed template as plain data: text, the number of a slot whose value stands there, or a block. */
export type KeptNode = string | number | KeptBlock

interface KeptBlock {
  readonly block: BlockHelper
  readonly slot: number
  readonly program: readonly KeptNode[]
  readonly inverse?: readonly KeptNode[]
}

/** Handlebars copies places into the code that it makes, and no message of ours cites them. */
const loc: hbs.AST.SourceLocation = { source: '', start: { line: 1, column: 0 }, end: { line: 1, column: 0 } }
const strip: hbs.AST.StripFlags = { open: false, close: false }
/** As `parse-template.ts` has it, and room for a few more. */
const maxDepth = 60

/** What Handlebars parsed, as data to be kept; undefined for a form that a rewritten template does not have. */
export function keepProgram(program: hbs.AST.Program): readonly KeptNode[] | undefined {
  const nodes = program.body.filter(({ type }) => type !== 'CommentStatement').map(keepNode)
  return nodes.every((node) => node !== undefined) ? nodes : undefined
}

function keepNode(statement: hbs.AST.Statement): KeptNode | undefined {
  if (isContent(statement)) return statement.value
  if (isMustache(statement)) return nameOf(statement.path) === 'value' ? slotOf(statement.params) : undefined
  if (!isBlock(statement)) return undefined
  const block = blockHelpers.find((name) => name === nameOf(statement.path))
  const slot = slotOf(statement.params)
  const program = keepProgram(statement.program)
  // Handlebars leaves it undefined where there is no else, whatever its type says.
  const hasInverse = (statement.inverse as unknown) !== undefined && (statement.inverse as unknown) !== null
  const inverse = hasInverse ? keepProgram(statement.inverse) : undefined
  if (block === undefined || slot === undefined || program === undefined) return undefined
  if (hasInverse && inverse === undefined) return undefined
  return { block, slot, program, ...(inverse === undefined ? {} : { inverse }) }
}

/**
 * Handlebars' tree of what was kept. It is made anew out of texts, which Handlebars quotes, and numbers: since Handlebars makes code of a tree,
 * nothing of a file may stand in it as it was read. Undefined where the data has another form.
 */
export function reviveProgram(nodes: unknown, depth = 0): hbs.AST.Program | undefined {
  if (!Array.isArray(nodes) || depth > maxDepth) return undefined
  const body = nodes.map((node: unknown) => reviveNode(node, depth))
  if (!body.every((statement) => statement !== undefined)) return undefined
  return { type: 'Program', body, blockParams: [], loc }
}

function reviveNode(node: unknown, depth: number): hbs.AST.Statement | undefined {
  if (typeof node === 'string') {
    // Handlebars takes white space beside blocks away as it parses, and would once more as it compiles: these marks stop it.
    const stripped = { leftStripped: true, rightStripped: true }
    return { type: 'ContentStatement', value: node, original: node, ...stripped, loc } as hbs.AST.Statement
  }
  if (isSlot(node)) {
    const mustache = { type: 'MustacheStatement', path: path('value'), params: [slotNumber(node)], escaped: false }
    return { ...mustache, strip, loc } as unknown as hbs.AST.MustacheStatement // `hash` is absent, as the parser has it
  }
  if (typeof node !== 'object' || node === null || !('block' in node) || !('slot' in node) || !('program' in node)) {
    return undefined
  }
  const block = blockHelpers.find((name) => name === node.block)
  const program = reviveProgram(node.program, depth + 1)
  const inverse = 'inverse' in node ? reviveProgram(node.inverse, depth + 1) : undefined
  if (block === undefined || !isSlot(node.slot) || program === undefined) return undefined
  if ('inverse' in node && inverse === undefined) return undefined
  const isTest = block === 'if' || block === 'unless'
  const test = { type: 'SubExpression', path: path('test'), params: [slotNumber(node.slot)], loc }
  const params = [isTest ? test : slotNumber(node.slot)]
  const strips = { openStrip: strip, inverseStrip: strip, closeStrip: strip }
  const statement = { type: 'BlockStatement', path: path(block), params, program, inverse, ...strips, loc }
  return statement as unknown as hbs.AST.BlockStatement // `hash` is absent, as the parser has it
}

function path(name: BlockHelper | 'value' | 'test'): hbs.AST.PathExpression {
  return { type: 'PathExpression', data: false, depth: 0, parts: [name], original: name, loc }
}

function slotNumber(value: number): hbs.AST.NumberLiteral {
  return { type: 'NumberLiteral', value, original: value, loc }
}

function isSlot(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
}

/** The slot that a helper is called with, in `(test N)` or alone. */
function slotOf(params: readonly hbs.AST.Expression[]): number | undefined {
  const [param, ...others] = params
  if (param === undefined || others.length > 0) return undefined
  if (isNumber(param)) return isSlot(param.value) ? param.value : undefined
  return isSubExpression(param) && nameOf(param.path) === 'test' ? slotOf(param.params) : undefined
}

function nameOf(expression: hbs.AST.Expression): string | undefined {
  return expression.type === 'PathExpression' && 'original' in expression ? String(expression.original) : undefined
}

const isContent = (node: hbs.AST.Node): node is hbs.AST.ContentStatement => node.type === 'ContentStatement'
const isMustache = (node: hbs.AST.Node): node is hbs.AST.MustacheStatement => node.type === 'MustacheStatement'
const isBlock = (node: hbs.AST.Node): node is hbs.AST.BlockStatement => node.type === 'BlockStatement'
const isNumber = (node: hbs.AST.Node): node is hbs.AST.NumberLiteral => node.type === 'NumberLiteral'
const isSubExpression = (node: hbs.AST.Node): node is hbs.AST.SubExpression => node.type === 'SubExpression'
