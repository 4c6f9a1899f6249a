import { confidences, type Finding } from 'codex-kernel/plugin-api'
import { isExponentialRegex } from './exponential-regex.ts'
import type { Syntax } from './expression.ts'
import { createGuardTest } from './find-guard.ts'
import { isSecret } from './is-secret.ts'
import { javascriptSyntax } from './javascript-syntax.ts'
import type { SgNode } from './open-parser.ts'
import { pythonSyntax } from './python-syntax.ts'
import { toNapi } from './rule-config.ts'
import type { RuleFlow, ScanRule } from './scan-rule.ts'
import { createTracer, type TracedValue } from './trace-value.ts'

type Confidence = Finding['confidence']

/** One place that a rule finds. */
export interface RuleMatch {
  readonly node: SgNode
  readonly confidence: Confidence
  /** From the source on; empty where nothing was followed. */
  readonly steps: TracedValue['steps']
  /** Texts that nobody may read in a report. */
  readonly secrets: readonly string[]
}

/** Runs one rule over one syntax tree. @throws the parser's error where the rule is none of the language */
export function matchRule(rule: ScanRule, root: SgNode, language: 'javascript' | 'python'): readonly RuleMatch[] {
  const nodes = root.findAll(toNapi(rule))
  if (nodes.length === 0) return []
  const trace = rule.flow
    ? flowTracer(rule.flow, root, language === 'python' ? pythonSyntax : javascriptSyntax)
    : undefined
  return nodes.flatMap((node): RuleMatch[] => {
    const secrets: string[] = []
    for (const test of rule.where) {
      const value = node.getMatch(test.value.slice(1))
      if (!value) return []
      if (test.is === 'secret') {
        if (!isSecret(value.text())) return []
        secrets.push(value.text())
      } else if (!isExponentialRegex(value.text())) {
        return []
      }
    }
    if (!rule.flow || !trace) return [{ node, confidence: rule.confidence, steps: [], secrets }]
    const sink = sinkNodes(node, rule.flow.value.slice(1))
    if (sink.length === 0) return []
    const value = sink.map(trace).reduce((a, b) => (rank[b.level] > rank[a.level] ? b : a))
    if (rank[value.level] < leastLevel[rule.flow.report]) return []
    const isSure = value.level === 'tainted' && value.origin !== 'argv'
    return [{ node, confidence: isSure ? rule.confidence : lowered(rule.confidence), steps: value.steps, secrets }]
  })
}

const rank = { constant: 0, clean: 1, unknown: 2, built: 3, tainted: 4 } as const
const leastLevel = { dynamic: rank.unknown, built: rank.built, tainted: rank.tainted } as const

/** The next lower confidence; the lowest stays. */
export function lowered(confidence: Confidence): Confidence {
  return confidences[confidences.indexOf(confidence) + 1] ?? 'low'
}

/** `$ARG` matches one node, `$$$ARGS` several. */
function sinkNodes(node: SgNode, name: string): readonly SgNode[] {
  const one = node.getMatch(name)
  return one ? [one] : node.getMultipleMatches(name).filter((part) => part.isNamed())
}

function flowTracer(flow: RuleFlow, root: SgNode, syntax: Syntax): (node: SgNode) => TracedValue {
  const sources = flow.sources.length > 0 ? toNapi({ rule: { any: flow.sources } }) : undefined
  const sanitizers = flow.sanitizers.length > 0 ? toNapi({ rule: { any: flow.sanitizers } }) : undefined
  return createTracer(syntax, root, {
    from: flow.from,
    position: flow.position,
    isSource: (node) => sources !== undefined && node.matches(sources),
    isSanitizer: (node) => sanitizers !== undefined && node.matches(sanitizers),
    isGuarded: createGuardTest(syntax.id, flow.guards),
  })
}
