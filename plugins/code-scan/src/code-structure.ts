import type { SyntaxId } from './expression.ts'
import type { SgNode } from './open-parser.ts'

/** What a node is to the flow of control. */
export type Role =
  | 'function'
  /** A condition; `else if` is one too. */
  | 'if'
  /** A branch with a condition that has no `if` of its own, such as `elif`. */
  | 'elif'
  | 'else'
  | 'loop'
  | 'switch'
  | 'case'
  | 'catch'
  | 'ternary'
  /** Conditions joined by and, or. */
  | 'logical'
  /** `goto`, and `break` and `continue` to a label. */
  | 'jump'
  /** A loop or condition inside an expression, such as a comprehension. */
  | 'clause'
  | 'comment'

/** How a language spells the flow of control. */
export interface CodeStructure {
  /** Kinds of nodes; `undefined` of `roleOf` sorts out single nodes. */
  readonly kinds: Readonly<Record<string, Role>>
  /** True where a node of one of the kinds has no part in the flow, such as a `default:` or a sum. */
  isNone(node: SgNode, role: Role): boolean
  /** True for an `if` that is the `else` branch of another one. */
  isElseIf(node: SgNode): boolean
  /** True for an `if` with an `else` that has no node of its own. */
  hasPlainElse(node: SgNode): boolean
  /** Of a logical expression: where its operator stands, and which it is. */
  operatorOf(node: SgNode): SgNode | undefined
  /** Parameters that a caller tells apart by their place. */
  parameterCount(fn: SgNode): number
  /** Its name, with that of the class or receiver; undefined for one without. */
  nameOf(fn: SgNode): string | undefined
}

const isBareJump = (node: SgNode): boolean => node.namedChildren().length === 0
const isComment = (node: SgNode): boolean => /comment/.test(String(node.kind()))
const listed = (list: SgNode | null): readonly SgNode[] =>
  list?.namedChildren().filter((node) => !isComment(node)) ?? []
/** The `if` of Go and Java holds its `else` in a field, without a node around it. */
const isAlternative = (node: SgNode): boolean =>
  node.parent()?.kind() === 'if_statement' && node.parent()?.field('alternative')?.id() === node.id()
const hasBlockAlternative = (node: SgNode): boolean => {
  const alternative = node.field('alternative')
  return alternative !== null && alternative.kind() !== 'if_statement'
}
const withOwner = (owner: string | undefined, name: string | undefined): string | undefined =>
  name === undefined || owner === undefined ? name : `${owner}.${name}`

function enclosing(node: SgNode, kinds: RegExp): SgNode | undefined {
  return node.ancestors().find((ancestor) => kinds.test(String(ancestor.kind())))
}

const javascript: CodeStructure = {
  kinds: {
    function_declaration: 'function',
    function_expression: 'function',
    arrow_function: 'function',
    method_definition: 'function',
    generator_function_declaration: 'function',
    generator_function: 'function',
    if_statement: 'if',
    else_clause: 'else',
    for_statement: 'loop',
    for_in_statement: 'loop',
    while_statement: 'loop',
    do_statement: 'loop',
    switch_statement: 'switch',
    switch_case: 'case',
    catch_clause: 'catch',
    ternary_expression: 'ternary',
    binary_expression: 'logical',
    break_statement: 'jump',
    continue_statement: 'jump',
    comment: 'comment',
  },
  isNone: (node, role) =>
    role === 'jump'
      ? isBareJump(node)
      : role === 'else'
        ? node.namedChildren()[0]?.kind() === 'if_statement'
        : role === 'logical' && !/^(&&|\|\||\?\?)$/.test(node.field('operator')?.text() ?? ''),
  isElseIf: (node) => node.parent()?.kind() === 'else_clause',
  hasPlainElse: () => false,
  operatorOf: (node) => node.field('operator') ?? undefined,
  parameterCount: (fn) => (fn.field('parameter') ? 1 : listed(fn.field('parameters')).length),
  nameOf: javascriptName,
}

function javascriptName(fn: SgNode): string | undefined {
  const name = fn.field('name')?.text()
  if (fn.kind() === 'method_definition')
    return withOwner(
      enclosing(fn, /^class(_declaration)?$/)
        ?.field('name')
        ?.text(),
      name,
    )
  if (name !== undefined) return name
  const parent = fn.parent()
  switch (parent?.kind()) {
    case 'variable_declarator':
      return parent.field('name')?.text()
    case 'pair':
      return parent.field('key')?.text()
    case 'assignment_expression':
      return parent.field('left')?.text()
    case 'public_field_definition':
    case 'field_definition':
      return withOwner(
        enclosing(fn, /^class(_declaration)?$/)
          ?.field('name')
          ?.text(),
        (parent.field('name') ?? parent.field('property'))?.text(),
      )
    default:
      return undefined
  }
}

const python: CodeStructure = {
  kinds: {
    function_definition: 'function',
    lambda: 'function',
    if_statement: 'if',
    elif_clause: 'elif',
    else_clause: 'else',
    for_statement: 'loop',
    while_statement: 'loop',
    match_statement: 'switch',
    case_clause: 'case',
    except_clause: 'catch',
    conditional_expression: 'ternary',
    boolean_operator: 'logical',
    for_in_clause: 'clause',
    if_clause: 'clause',
    comment: 'comment',
    // A text that stands alone explains.
    expression_statement: 'comment',
  },
  isNone: (node, role) => {
    if (role === 'case') return /^case\s+_\s*:/.test(node.text())
    if (role === 'else') return node.parent()?.kind() === 'try_statement'
    return node.kind() === 'expression_statement' && node.namedChildren()[0]?.kind() !== 'string'
  },
  isElseIf: () => false,
  hasPlainElse: () => false,
  operatorOf: (node) => node.field('operator') ?? undefined,
  parameterCount(fn) {
    const all = listed(fn.field('parameters'))
    // What stands behind `*` or `*args` is named in a call.
    const end = all.findIndex((each) => /^(keyword_separator|list_splat_pattern)$/.test(String(each.kind())))
    const byPlace = (end === -1 ? all : all.slice(0, end + 1)).filter((each) => !/^[*/]$|^\*\*/.test(each.text()))
    const isMethod = /^(self|cls|mcs|_cls|_self)$/.test(byPlace[0]?.text() ?? '')
    return byPlace.length - (isMethod ? 1 : 0)
  },
  nameOf: (fn) => {
    const owner = enclosing(fn, /^(class_definition|function_definition)$/)
    return withOwner(
      owner?.kind() === 'class_definition' ? owner.field('name')?.text() : undefined,
      fn.field('name')?.text(),
    )
  },
}

const go: CodeStructure = {
  kinds: {
    function_declaration: 'function',
    method_declaration: 'function',
    func_literal: 'function',
    if_statement: 'if',
    for_statement: 'loop',
    expression_switch_statement: 'switch',
    type_switch_statement: 'switch',
    select_statement: 'switch',
    expression_case: 'case',
    type_case: 'case',
    communication_case: 'case',
    binary_expression: 'logical',
    break_statement: 'jump',
    continue_statement: 'jump',
    goto_statement: 'jump',
    comment: 'comment',
  },
  isNone: (node, role) =>
    role === 'jump'
      ? isBareJump(node)
      : role === 'logical' && !/^(&&|\|\|)$/.test(node.field('operator')?.text() ?? ''),
  isElseIf: isAlternative,
  hasPlainElse: hasBlockAlternative,
  operatorOf: (node) => node.field('operator') ?? undefined,
  parameterCount: (fn) =>
    listed(fn.field('parameters')).reduce((sum, each) => sum + Math.max(1, each.fieldChildren('name').length), 0),
  nameOf: (fn) =>
    withOwner(
      fn
        .field('receiver')
        ?.text()
        .match(/(\w+)(\[[^\]]*\])?\s*\)$/)?.[1],
      fn.field('name')?.text(),
    ),
}

const java: CodeStructure = {
  kinds: {
    method_declaration: 'function',
    constructor_declaration: 'function',
    compact_constructor_declaration: 'function',
    lambda_expression: 'function',
    if_statement: 'if',
    for_statement: 'loop',
    enhanced_for_statement: 'loop',
    while_statement: 'loop',
    do_statement: 'loop',
    switch_expression: 'switch',
    switch_label: 'case',
    catch_clause: 'catch',
    ternary_expression: 'ternary',
    binary_expression: 'logical',
    break_statement: 'jump',
    continue_statement: 'jump',
    line_comment: 'comment',
    block_comment: 'comment',
  },
  isNone: (node, role) =>
    role === 'jump'
      ? isBareJump(node)
      : role === 'case'
        ? node.text().startsWith('default')
        : role === 'logical' && !/^(&&|\|\|)$/.test(node.field('operator')?.text() ?? ''),
  isElseIf: isAlternative,
  hasPlainElse: hasBlockAlternative,
  operatorOf: (node) => node.field('operator') ?? undefined,
  parameterCount(fn) {
    const list = fn.field('parameters')
    return list?.kind() === 'identifier'
      ? 1
      : listed(list).filter((each) => each.kind() !== 'receiver_parameter').length
  },
  nameOf: (fn) =>
    withOwner(
      enclosing(fn, /^(class|interface|enum|record)_declaration$/)
        ?.field('name')
        ?.text(),
      fn.field('name')?.text(),
    ),
}

const bash: CodeStructure = {
  kinds: {
    function_definition: 'function',
    if_statement: 'if',
    elif_clause: 'elif',
    else_clause: 'else',
    for_statement: 'loop',
    c_style_for_statement: 'loop',
    while_statement: 'loop',
    case_statement: 'switch',
    case_item: 'case',
    list: 'logical',
    comment: 'comment',
  },
  isNone: (node, role) => role === 'case' && node.text().startsWith('*)'),
  isElseIf: () => false,
  hasPlainElse: () => false,
  operatorOf: (node) => node.children().find((child) => /^(&&|\|\|)$/.test(child.text())),
  parameterCount: () => 0,
  nameOf: (fn) => fn.field('name')?.text(),
}

const structures: Readonly<Record<SyntaxId, CodeStructure | undefined>> = {
  ...{ javascript, python, go, java, bash },
  markup: undefined,
}

/** How functions and branches are spelled; undefined for languages without. */
export const structureOf = (syntax: SyntaxId): CodeStructure | undefined => structures[syntax]
