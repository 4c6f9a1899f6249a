import type { AstRule } from './ast-rule.ts'
import { isCheckedInShell } from './bash-guard.ts'
import type { SyntaxId } from './expression.ts'
import type { FileFacts } from './file-facts.ts'
import { isAbout, mentions } from './is-about.ts'
import type { SgNode } from './open-parser.ts'
import { createPruner, type Pruner } from './prune-rule.ts'
import { toNapi } from './rule-config.ts'
import { isNamedCase, refusesOthers } from './switch-guard.ts'

/** Tests after which a value can only be what the program foresaw. `negative` ones hold where the test fails. */
const builtinGuards: Record<SyntaxId, { positive: readonly AstRule[]; negative: readonly AstRule[] }> = {
  javascript: {
    positive: [
      ...[
        '$_.includes($VALUE)',
        '$_.has($VALUE)',
        '$_.test($VALUE)',
        '$VALUE in $_',
        'Object.hasOwn($_, $VALUE)',
        '$VALUE.match($_)',
        '$_.indexOf($VALUE) >= 0',
        '$_.indexOf($VALUE) > -1',
        '$_.indexOf($VALUE) !== -1',
        'Number.isInteger($VALUE)',
        '$VALUE === $LITERAL',
        '$VALUE == $LITERAL',
      ].map((pattern) => ({ pattern })),
      { pattern: '$CHECK($VALUE, $$$)' },
      { pattern: '$_.$CHECK($VALUE, $$$)' },
    ],
    negative: ['$_.indexOf($VALUE) === -1', '$_.indexOf($VALUE) < 0', '$VALUE !== $LITERAL', '$VALUE != $LITERAL'].map(
      (pattern) => ({ pattern }),
    ),
  },
  python: {
    positive: [
      '$VALUE in $_',
      '$VALUE == $LITERAL',
      're.fullmatch($_, $VALUE)',
      're.match($_, $VALUE)',
      '$_.fullmatch($VALUE)',
      '$_.match($VALUE)',
      '$VALUE.isdigit()',
      '$VALUE.isalnum()',
      '$VALUE.isidentifier()',
      '$VALUE.isdecimal()',
      '$VALUE.isnumeric()',
      '$VALUE.is_relative_to($_)',
      '$_ in $VALUE.parents',
      'isinstance($VALUE, int)',
      '$CHECK($_, $VALUE)',
      '$_.$CHECK($_, $VALUE)',
      're.search($ANCHORED, $VALUE)',
      're.search($ANCHORED, $VALUE, $_)',
      're.match($_, $VALUE, $_)',
      're.fullmatch($_, $VALUE, $_)',
      'all($X in $_ for $X in $VALUE)',
      'set($VALUE) <= $_',
      'set($VALUE).issubset($_)',
      '$_.issuperset($VALUE)',
      '$CHECK($VALUE, $$$)',
      '$_.$CHECK($VALUE, $$$)',
    ].map((pattern) => ({ pattern })),
    negative: ['$VALUE not in $_', '$VALUE != $LITERAL', 'any($X not in $_ for $X in $VALUE)', 'set($VALUE) - $_'].map(
      (pattern) => ({ pattern }),
    ),
  },
  go: {
    positive: [
      '$VALUE == $LITERAL',
      'slices.Contains($_, $VALUE)',
      '$_.MatchString($VALUE)',
      '$_.Match($VALUE)',
      'regexp.MatchString($_, $VALUE)',
      'filepath.IsLocal($VALUE)',
      '$CHECK($VALUE, $$$)',
      '$_.$CHECK($VALUE, $$$)',
    ]
      .map((pattern): AstRule => ({ pattern }))
      .concat({ pattern: { context: 'func t() { x := $_[$VALUE] }', selector: 'index_expression' } }),
    negative: [{ pattern: '$VALUE != $LITERAL' }],
  },
  java: {
    positive: [
      '$_.contains($VALUE)',
      '$_.containsKey($VALUE)',
      '$VALUE.matches($_)',
      '$VALUE.equals($LITERAL)',
      '$LITERAL.equals($VALUE)',
      '$VALUE == $LITERAL',
      '$_.matcher($VALUE).matches()',
      'Pattern.matches($_, $VALUE)',
      '$CHECK($VALUE, $$$)',
      '$_.$CHECK($VALUE, $$$)',
    ].map((pattern) => ({ pattern })),
    negative: [],
  },
  bash: { positive: [], negative: [] },
  markup: { positive: [], negative: [] },
}

const literal: AstRule = { regex: '^(["\'`][^$]*["\'`]|\\d+|[A-Z][A-Z0-9_.]+)$' }

const constraints: Record<string, AstRule> = {
  CHECK: {
    regex:
      '(?i)^(_?(is|has|check|validate|verify|assert|ensure|require)_?)\\w*(valid|allow|safe|permit|known|trusted|internal|public|local|clean|inside|within)\\w*$|^(is|validate|assert|ensure)_?(valid|safe|allowed|known|uuid|slug|host|url|path|filename)\\w*$',
  },
  LITERAL: literal,
  ANCHORED: { regex: '^[rb]*["\'](\\^|\\\\A)' },
}

const exits = /\b(return|throw|continue|break|raise|exit|abort)\b/

/** A test in the text: where it stands, what it looks at, and whether a harmless value passes it. */
interface GuardSite {
  readonly node: SgNode
  readonly start: number
  readonly end: number
  readonly tested: string
  readonly holds: boolean
}

/** Gives a test that says whether a value was checked before it is used at a node. */
export function createGuardTest(
  facts: FileFacts,
  further: { readonly pass: readonly AstRule[]; readonly fail: readonly AstRule[] },
): (use: SgNode) => boolean {
  if (facts.syntax.id === 'bash') return isCheckedInShell
  const found: { sites?: readonly GuardSite[]; code?: string } = {}
  const code = (): string => {
    found.code ??= facts.root.text()
    return found.code
  }
  const sites = (): readonly GuardSite[] => {
    found.sites ??= findSites(facts, further)
    return found.sites
  }
  /** The truth value of `condition` under which the value is checked; undefined if it is not tested in it. */
  const checkedWhen = (condition: SgNode, text: string): boolean | undefined => {
    const { start, end } = condition.range()
    const site = sites().find(
      (one) => one.start >= start.index && one.end <= end.index && isAbout(one.tested, text, code),
    )
    if (!site) return undefined
    return isNegated(site.node, condition) ? !site.holds : site.holds
  }
  /** Of Go's `if _, ok := known[value]; ok` and `if err := check(value); err != nil`. */
  const checkedBefore = (statement: SgNode, condition: SgNode, text: string): boolean | undefined => {
    const initializer = statement.field('initializer')
    if (!initializer) return undefined
    const held = checkedWhen(initializer, text)
    return held === undefined ? undefined : held !== /^!|!= nil$/.test(condition.text())
  }
  const checkedIn: CheckedWhen = (statement, text) => {
    const condition = statement.field('condition')
    return condition
      ? (checkedWhen(condition, text) ?? checkedBefore(statement, condition, text) ?? checkedByName(statement, text))
      : undefined
  }
  /** Of `match = PATTERN.match(value)` and then `if not match`. */
  const checkedByName = (statement: SgNode, text: string): boolean | undefined => {
    const condition = statement.field('condition')?.text() ?? ''
    const [, negation, name, isNone] = /^\(?(not |!)?(\w+)( is None)?\)?$/.exec(condition) ?? []
    if (name === undefined || name === text) return undefined
    const assignment = statement.prevAll().find((before) => isAssignmentOf(before, name))
    const held = assignment ? checkedWhen(assignment, text) : undefined
    return held === undefined ? undefined : held !== (negation !== undefined || isNone !== undefined)
  }
  return (use) => {
    const text = use.text()
    if (text.length > 120) return false
    for (let node = use, parent = use.parent(); parent; node = parent, parent = node.parent()) {
      if (isFunction(parent)) return false
      const branch = branchOf(parent, node)
      if (branch !== undefined) {
        const condition = parent.field('condition') ?? parent.namedChildren()[1]
        const held = condition ? (checkedWhen(condition, text) ?? checkedBefore(parent, condition, text)) : undefined
        if ((held ?? checkedByName(parent, text)) === branch) return true
      }
      if (isNamedCase(parent, text)) return true
      if (isConjunction(parent)) {
        const left = parent.field('left')
        if (left && left.id() !== node.id() && checkedWhen(left, text) === true) return true
      }
      if (/comprehension$|^generator_expression$/.test(String(parent.kind()))) {
        const filters = parent.namedChildren().filter((part) => part.kind() === 'if_clause')
        if (filters.some((filter) => checkedWhen(filter, text) === true)) return true
      }
      if (/block|program|module|statement_list/.test(String(parent.kind())) && leavesBefore(node, text, checkedIn))
        return true
    }
    return false
  }
}

/** All tests of a file, those that a harmless value fails first. One search each: of alternatives in one rule only the first that fits a node is tried. */
function findSites(
  facts: FileFacts,
  further: { readonly pass: readonly AstRule[]; readonly fail: readonly AstRule[] },
): readonly GuardSite[] {
  const known = builtinSites.get(facts) ?? {
    negative: builtinGuards[facts.syntax.id].negative.flatMap((rule) => sitesOf(rule, false, facts)),
    positive: builtinGuards[facts.syntax.id].positive.flatMap((rule) => sitesOf(rule, true, facts)),
  }
  builtinSites.set(facts, known)
  return [
    ...known.negative,
    ...further.fail.flatMap((rule) => sitesOf(rule, false, facts)),
    ...known.positive,
    ...further.pass.flatMap((rule) => sitesOf(rule, true, facts)),
  ]
}

interface BuiltinSites {
  readonly positive: readonly GuardSite[]
  readonly negative: readonly GuardSite[]
}

/** The same for all rules that ask of one file. */
const builtinSites = new WeakMap<FileFacts, BuiltinSites>()

function sitesOf(rule: AstRule, holds: boolean, { root, syntax, has, isAscii }: FileFacts): readonly GuardSite[] {
  const left = prunerOf(rule)(has)
  if (!left) return []
  return root.findAll(toNapi(left, { syntax: syntax.id, isAscii })).map((node) => {
    const { start, end } = node.range()
    return { node, start: start.index, end: end.index, tested: node.getMatch('VALUE')?.text() ?? '', holds }
  })
}

/** Found out once for each test. */
const pruners = new WeakMap<AstRule, Pruner>()

function prunerOf(rule: AstRule): Pruner {
  const known = pruners.get(rule)
  if (known) return known
  const used = Object.entries(constraints).filter(([name]) => String(rule.pattern).includes(`$${name}`))
  const pruner = createPruner(used.length > 0 ? { rule, constraints: Object.fromEntries(used) } : { rule })
  pruners.set(rule, pruner)
  return pruner
}

const isFunction = (node: SgNode): boolean =>
  /^(function_|arrow_function|method_definition|lambda)/.test(String(node.kind()))
const isConjunction = (node: SgNode): boolean =>
  (node.kind() === 'binary_expression' && node.field('operator')?.text() === '&&') ||
  (node.kind() === 'boolean_operator' && node.field('operator')?.text() === 'and')

/** Which outcome of the condition of `parent` leads to its child `node`; undefined if it has none. */
function branchOf(parent: SgNode, node: SgNode): boolean | undefined {
  const kind = String(parent.kind())
  if (!/^(if_statement|ternary_expression|elif_clause|while_statement|conditional_expression)$/.test(kind))
    return undefined
  if (kind === 'conditional_expression') {
    const place = parent.namedChildren().findIndex((child) => child.id() === node.id())
    return place === 1 ? undefined : place === 0
  }
  if (parent.field('consequence')?.id() === node.id() || parent.field('body')?.id() === node.id()) return true
  return parent.field('alternative')?.id() === node.id() ? false : undefined
}

/** The outcome of the condition of a statement under which a value is checked. */
type CheckedWhen = (statement: SgNode, text: string) => boolean | undefined

/** True where a statement before `statement` leaves the block unless the value is fine. */
function leavesBefore(statement: SgNode, text: string, checkedIn: CheckedWhen): boolean {
  return statement.prevAll().some((before) => {
    if (refusesOthers(before, text, exits)) return true
    if (before.kind() === 'expression_statement') return isRefusing(before.text()) && mentions(before.text(), text)
    if (before.kind() === 'try_statement') return triesToRead(before, text)
    if (before.kind() === 'short_var_declaration') return isRefusedByError(before, text)
    if (before.kind() !== 'if_statement') return false
    const consequence = before.field('consequence')
    if (!consequence || checkedIn(before, text) !== false) return false
    return exits.test(consequence.text()) || isSetIn(consequence, text)
  })
}

/** `if order not in ORDERS: order = 'name'`: what was set is followed by itself. */
function isSetIn(block: SgNode, text: string): boolean {
  return (
    /^[\w.$]+$/.test(text) &&
    new RegExp(`(^|[\\s;{])${text.replaceAll('.', '\\.').replaceAll('$', '\\$')}\\s*=[^=]`).test(block.text())
  )
}

/** A call that ends with an exception where the value is not fine. */
const isRefusing = (text: string): boolean =>
  /^(await )?([\w.]+\.)?_?(assert|ensure|require(?=[A-Z_])|validate|verify|check(?!_(call|output)|out|sum|point|box)|enforce)\w*\(/.test(
    text,
  ) || /\.relative_to\(/.test(text)

/** `err := validate(value)` of Go, which the next statement looks at. */
function isRefusedByError(statement: SgNode, text: string): boolean {
  const call = /^(?:\w+, )?err\w* := ([\s\S]*)$/.exec(statement.text())?.[1] ?? ''
  return isRefusing(call) && mentions(call, text) && /^if err\w* != nil/.test(statement.next()?.text() ?? '')
}

/** `try: int(value)` of which the handler leaves. */
function triesToRead(statement: SgNode, text: string): boolean {
  const body = statement.field('body')?.text() ?? ''
  const reads = body.split('\n').filter((line) => mentions(line, text))
  if (!reads.some((line) => isRefusing(line.trim()) || reader.test(line))) return false
  const handlers = statement.namedChildren().filter((part) => /^(except|catch)_clause$/.test(String(part.kind())))
  return handlers.length > 0 && handlers.every((handler) => exits.test(handler.text()))
}

const reader = /\b(int|float|UUID|ip_address|ip_network|Decimal|fromisoformat)\(|\.relative_to\(/

function isAssignmentOf(statement: SgNode, name: string): boolean {
  const text = statement.text()
  return text.length < 400 && new RegExp(`^(const |let |var )?${name}\\s*(:[^=]*)?:?=[^=]`).test(text)
}

function isNegated(test: SgNode, condition: SgNode): boolean {
  let negations = 0
  for (let node: SgNode | null = test; node && node.id() !== condition.id(); node = node.parent()) {
    const parent: SgNode | null = node.parent()
    if (parent?.kind() === 'not_operator' || (parent?.kind() === 'unary_expression' && parent.text().startsWith('!')))
      negations++
  }
  return negations % 2 === 1
}
