import { isAbsolute } from 'node:path'
import type { Diagnostic, PolicyDefinition, PolicyRule } from '../plugin-api/index.ts'
import { checkExamples } from './check-examples.ts'
import { type Literal, type RulesCall, readRulesCalls } from './rules-calls.ts'
import { RulesProblem } from './rules-tokens.ts'
import { joinWords } from './split-words.ts'

type RulesContent = Pick<PolicyDefinition, 'rules' | 'ruleLines' | 'host_executables' | 'network_rules'>

const parameters: Readonly<Record<string, readonly string[]>> = {
  prefix_rule: ['pattern', 'decision', 'match', 'not_match', 'justification'],
  host_executable: ['name', 'paths'],
  network_rule: ['host', 'protocol', 'decision', 'justification'],
}
const protocols = ['http', 'https', 'https_connect', 'http-connect', 'socks5_tcp', 'socks5_udp']

/**
 * Reads a `.rules` file: `prefix_rule`, `host_executable` and `network_rule` calls with literal values, as Codex has them.
 * Each wrong call is a diagnostic of severity `error`; the messages hold Codex' own words where it has any.
 */
export function parseRules(text: string, file: string): RulesContent & { readonly diagnostics: readonly Diagnostic[] } {
  const rules: PolicyRule[] = []
  const ruleLines: number[] = []
  const hosts: NonNullable<RulesContent['host_executables']>[number][] = []
  const networks: NonNullable<RulesContent['network_rules']>[number][] = []
  const diagnostics: Diagnostic[] = []
  const { calls, problem } = readRulesCalls(text)

  for (const call of calls) {
    try {
      const values = bind(call)
      if (call.name === 'prefix_rule') {
        rules.push(prefixRule(values, call))
        ruleLines.push(call.line)
      } else {
        if (call.name === 'host_executable') hosts.push(hostExecutable(values))
        else networks.push(networkRule(values))
        diagnostics.push(notApplied(call, file))
      }
    } catch (error) {
      if (!(error instanceof RulesProblem)) throw error
      diagnostics.push(diagnosticOf(error, file))
    }
  }
  if (problem !== undefined) diagnostics.push(diagnosticOf(problem, file))
  return {
    rules,
    ruleLines,
    diagnostics,
    ...(hosts.length > 0 ? { host_executables: hosts } : {}),
    ...(networks.length > 0 ? { network_rules: networks } : {}),
  }
}

/** The values of a call by parameter; `None` is as if it were not given. */
interface Values {
  readonly call: RulesCall
  get(name: string): Literal | undefined
}

function bind(call: RulesCall): Values {
  const names = Object.hasOwn(parameters, call.name) ? (parameters[call.name] ?? []) : undefined
  if (names === undefined) throw new RulesProblem(`Variable \`${call.name}\` not found`, call)
  const values = new Map<string, Literal>()
  for (const [index, literal] of call.positional.entries()) {
    const name = names[index]
    if (name === undefined) throw new RulesProblem(`${call.name} takes at most ${names.length} arguments`, literal)
    values.set(name, literal)
  }
  for (const [name, literal] of call.named) {
    if (!names.includes(name)) {
      throw new RulesProblem(`${call.name} has no argument "${name}"; it has ${names.join(', ')}`, literal)
    }
    if (values.has(name)) throw new RulesProblem(`"${name}" is given twice`, literal)
    values.set(name, literal)
  }
  const isNone = (literal: Literal | undefined) => literal?.type === 'other' && literal.name === 'NoneType'
  return { call, get: (name) => (isNone(values.get(name)) ? undefined : values.get(name)) }
}

function prefixRule(values: Values, call: RulesCall): PolicyRule {
  const elements = list(values, 'pattern')
  if (elements.length === 0) throw new RulesProblem('invalid pattern element: pattern cannot be empty', call)
  const rule: PolicyRule = {
    pattern: elements.map(patternElement),
    decision: decision(values, 'allow'),
    match: values.get('match') === undefined ? [] : list(values, 'match').map(example),
    not_match: values.get('not_match') === undefined ? [] : list(values, 'not_match').map(example),
    ...justification(values),
  }
  const [failed] = checkExamples(rule)
  if (failed !== undefined) {
    const given = values.get(failed.field)
    throw new RulesProblem(failed.message, given?.type === 'list' ? (given.items[failed.position] ?? call) : call)
  }
  return rule
}

function patternElement(literal: Literal): string | string[] {
  if (literal.type === 'string') return nonEmpty(literal.value, literal)
  if (literal.type === 'other') {
    throw new RulesProblem(`pattern element must be a string or list of strings (got ${literal.name})`, literal)
  }
  if (literal.items.length === 0) throw new RulesProblem('invalid pattern element: pattern cannot be empty', literal)
  return literal.items.map((item) => {
    if (item.type === 'string') return nonEmpty(item.value, item)
    const got = item.type === 'list' ? 'list' : item.name
    throw new RulesProblem(`pattern element must be a string or list of strings (got list of ${got})`, item)
  })
}

function nonEmpty(word: string, place: Literal): string {
  if (word === '') throw new RulesProblem('invalid pattern element: a word cannot be empty', place)
  return word
}

function example(literal: Literal): string {
  if (literal.type === 'string') return literal.value
  if (literal.type === 'list') return joinWords(literal.items.map((item) => stringOf(item, 'a word of an example')))
  throw new RulesProblem(`example must be a string or list of strings (got ${literal.name})`, literal)
}

function hostExecutable(values: Values): { name: string; paths: readonly string[] } {
  const name = string(values, 'name')
  if (name === '' || /[/\\]/.test(name)) {
    throw new RulesProblem(`host_executable name must be a bare name (got ${name})`, values.get('name') ?? values.call)
  }
  const paths = list(values, 'paths').map((item) => {
    const path = stringOf(item, 'a path')
    if (!isAbsolute(path)) throw new RulesProblem(`host_executable paths must be absolute (got ${path})`, item)
    return path
  })
  return { name, paths }
}

function networkRule(values: Values): NonNullable<RulesContent['network_rules']>[number] {
  const host = string(values, 'host')
  if (/[*?[\]\s/]/.test(host) || host === '') {
    const message = 'network_rule host must be a specific host; wildcards are not allowed'
    throw new RulesProblem(message, values.get('host') ?? values.call)
  }
  const protocol = string(values, 'protocol')
  if (!protocols.includes(protocol)) {
    throw new RulesProblem(
      `invalid protocol: ${protocol} (one of ${protocols.join(', ')})`,
      values.get('protocol') ?? values.call,
    )
  }
  return { host, protocol, decision: decision(values), ...justification(values) }
}

function decision(values: Values, absent?: PolicyRule['decision']): PolicyRule['decision'] {
  if (absent !== undefined && values.get('decision') === undefined) return absent
  const text = string(values, 'decision')
  if (text === 'allow' || text === 'prompt' || text === 'forbidden') return text
  if (text === 'deny' && values.call.name === 'network_rule') return 'forbidden'
  throw new RulesProblem(`invalid decision: ${text}`, values.get('decision') ?? values.call)
}

function justification(values: Values): { justification?: string } {
  const given = values.get('justification')
  if (given === undefined) return {}
  const text = stringOf(given, 'justification')
  if (text.trim() === '') throw new RulesProblem('invalid rule: justification cannot be empty', given)
  return { justification: text }
}

function string(values: Values, name: string): string {
  return stringOf(required(values, name), name)
}

function list(values: Values, name: string): readonly Literal[] {
  const literal = required(values, name)
  if (literal.type === 'list') return literal.items
  throw new RulesProblem(
    `${name} must be a list (got ${literal.type === 'other' ? literal.name : literal.type})`,
    literal,
  )
}

function required(values: Values, name: string): Literal {
  const literal = values.get(name)
  if (literal === undefined) throw new RulesProblem(`${values.call.name} needs "${name}"`, values.call)
  return literal
}

function stringOf(literal: Literal, what: string): string {
  if (literal.type === 'string') return literal.value
  throw new RulesProblem(
    `${what} must be a string (got ${literal.type === 'other' ? literal.name : literal.type})`,
    literal,
  )
}

function diagnosticOf(problem: RulesProblem, file: string): Diagnostic {
  const { message, line, column } = problem
  return {
    severity: 'error',
    code: 'policy.rules',
    message,
    file,
    line,
    column,
    hint: 'A rules file holds prefix_rule, host_executable and network_rule calls.',
  }
}

/** Said aloud, since the file's author counts on it. */
function notApplied(call: RulesCall, file: string): Diagnostic {
  return {
    severity: 'warning',
    code: 'policy.not_applied',
    message: `${call.name} is checked and kept, and has no effect in this version`,
    file,
    line: call.line,
    column: call.column,
    hint:
      call.name === 'network_rule'
        ? 'Say it in the network table of a profile.'
        : 'Give the program by its whole path in a prefix_rule.',
  }
}
