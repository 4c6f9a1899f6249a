import type { Finding, Range, Severity } from 'codex-kernel/plugin-api'
import type { AstRule } from './ast-rule.ts'
import type { FileFacts } from './file-facts.ts'
import { createGuardTest } from './find-guard.ts'
import { matchCondition, mayHold } from './match-condition.ts'
import type { SgNode } from './open-parser.ts'
import { createPruner, type Pruner, type RuleParts } from './prune-rule.ts'
import { toNapi } from './rule-config.ts'
import type { RuleFlow, ScanRule } from './scan-rule.ts'
import { secretTexts } from './secret-texts.ts'
import { createTracer } from './trace-value.ts'
import type { TracedValue } from './traced-value.ts'

type Confidence = Finding['confidence']

/** One place that a rule finds. */
export interface RuleMatch {
  readonly node: SgNode
  readonly confidence: Confidence
  readonly severity: Severity
  /** Where it is shown, if that is a part of the node. */
  readonly range?: Range
  /** From the source on; empty where nothing was followed. */
  readonly steps: TracedValue['steps']
  /** Texts that nobody may read in a report. */
  readonly secrets: readonly string[]
  /** What the message may name besides metavariables. */
  readonly names: Readonly<Record<string, string>>
}

/** Runs one rule over one syntax tree. @throws the parser's error where the rule is none of the language */
export function matchRule(rule: ScanRule, facts: FileFacts): readonly RuleMatch[] {
  const { root } = facts
  if (rule.flow && !mentionsSource(rule.flow, facts)) return []
  const left = prunerOf(rule)(facts.has)
  if (!left || !rule.where.every((condition) => mayHold(condition, facts))) return []
  const isCounted = (node: SgNode): boolean =>
    rule.category !== 'security' || rule.tests_in !== 'lower' || !facts.syntax.isTestCode?.(node)
  const nodes = root.findAll(toNapi(left, { syntax: facts.syntax.id, isAscii: facts.isAscii })).filter(isCounted)
  if (nodes.length === 0) return []
  const trace = rule.flow ? flowTracer(rule.flow, facts) : undefined
  return nodes.flatMap((node): RuleMatch[] => {
    const conditions = rule.where.map((condition) => matchCondition(condition, node, facts))
    if (!conditions.every((each) => each !== undefined)) return []
    const found = conditions.flatMap(({ secret }) => secret ?? [])
    const sink = rule.flow ? sinkNodes(node, rule.flow.value.slice(1)) : undefined
    const secrets = found.length > 0 ? found : secretTexts(rule, node, sink)
    const names: Record<string, string> = Object.assign({}, ...conditions.map((each) => each.names))
    const { severity } = rule
    const range = conditions.find((each) => each.range)?.range
    const shown = { node, secrets, names, ...(range ? { range } : {}) }
    if (!rule.flow || !trace || !sink) return [{ ...shown, confidence: rule.confidence, severity, steps: [] }]
    if (sink.length === 0) return []
    const value = sink.map(trace).reduce((a, b) => (rank[b.level] > rank[a.level] ? b : a))
    if (!isReported(value, rule.flow.report)) return []
    const isSure =
      rule.flow.report === 'literal' || (value.level === 'tainted' && value.origin !== 'argv' && value.origin !== 'env')
    const weight = isSure
      ? { confidence: rule.confidence, severity }
      : { confidence: lowered(rule.confidence), severity: rule.flow.unsure_severity ?? severity }
    return [{ ...shown, ...weight, steps: value.steps }]
  })
}

/** Found out once for each rule. */
const pruners = new WeakMap<object, Pruner>()

function prunerOf(rule: RuleParts): Pruner {
  const known = pruners.get(rule) ?? createPruner(rule)
  pruners.set(rule, known)
  return known
}

const rank = { constant: 0, clean: 1, unknown: 2, built: 3, tainted: 4 } as const
const leastLevel = { dynamic: rank.unknown, built: rank.built, tainted: rank.tainted } as const

function isReported(value: TracedValue, report: RuleFlow['report']): boolean {
  if (report === 'literal') return value.level === 'constant' && value.hasText
  return rank[value.level] >= leastLevel[report]
}

/** The next lower confidence; the lowest stays. */
export function lowered(confidence: Confidence): Confidence {
  return confidence === 'high' ? 'medium' : 'low'
}

/** `$ARG` matches one node, `$$$ARGS` several. */
function sinkNodes(node: SgNode, name: string): readonly SgNode[] {
  const one = node.getMatch(name)
  return one ? [one] : node.getMultipleMatches(name).filter((part) => part.isNamed())
}

function flowTracer(flow: RuleFlow, facts: FileFacts): (node: SgNode) => TracedValue {
  const isSource = createNodeTest(flow.sources, facts)
  const isSanitizer = createNodeTest(flow.sanitizers, facts)
  return createTracer(facts, {
    from: flow.from,
    position: flow.position,
    isSource,
    isSanitizer,
    isGuarded: createGuardTest(facts, flow.guards),
  })
}

/** False where nothing in the file could be a source, so that following values would find nothing. */
function mentionsSource(flow: RuleFlow, { text, syntax }: FileFacts): boolean {
  if (flow.report !== 'tainted' || flow.sources.length > 0) return true
  return flow.from.some((origin) => syntax.sources[origin]?.hint.test(text) ?? false)
}

/** True for the nodes that one of the rules matches; the file is searched once, at the first question. */
function createNodeTest(
  rules: readonly AstRule[],
  { root, syntax, has, isAscii }: FileFacts,
): (node: SgNode) => boolean {
  const left = rules.length === 0 ? undefined : prunerOfAny(rules)(has)
  if (!left) return () => false
  const found: { ids?: ReadonlySet<number> } = {}
  return (node) => {
    found.ids ??= new Set(root.findAll(toNapi(left, { syntax: syntax.id, isAscii })).map((match) => match.id()))
    return found.ids.has(node.id())
  }
}

function prunerOfAny(rules: readonly AstRule[]): Pruner {
  const known = pruners.get(rules) ?? createPruner({ rule: { any: rules } })
  pruners.set(rules, known)
  return known
}
