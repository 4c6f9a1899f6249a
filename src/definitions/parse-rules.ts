import { basename, isAbsolute } from 'node:path'
import type { Diagnostic, HostExecutable, NetworkRule, PolicyDefinition, PolicyRule } from '../plugin-api/index.ts'
import { type Literal, type RulesCall, readRulesCalls } from './rules-calls.ts'
import { RulesProblem } from './rules-tokens.ts'
import { joinWords } from './split-words.ts'
import { untrueExamples } from './untrue-examples.ts'

/** What a `.rules` file holds. */
export type RulesContent = Pick<PolicyDefinition, 'rules' | 'ruleLines' | 'host_executables' | 'network_rules'>

const parameters: Readonly<Record<string, readonly string[]>> = {
  // The last has no effect: a thread reads what a command means in any case, and `execpolicy check` in none.
  prefix_rule: ['pattern', 'decision', 'match', 'not_match', 'justification', 'canonical_matching'],
  host_executable: ['name', 'paths'],
  network_rule: ['host', 'protocol', 'decision', 'justification'],
}
/** Codex' names, and the two older ones for `https`. */
const protocols: Readonly<Record<string, NetworkRule['protocol']>> = {
  http: 'http',
  https: 'https',
  https_connect: 'https',
  'http-connect': 'https',
  socks5_tcp: 'socks5_tcp',
  socks5_udp: 'socks5_udp',
}

/**
 * Reads a `.rules` file: `prefix_rule`, `host_executable` and `network_rule` calls with literal values, as Codex has them.
 * Each wrong call is a diagnostic of severity `error`; the messages hold Codex' own words where it has any.
 */
export function parseRules(text: string, file: string): RulesContent & { readonly diagnostics: readonly Diagnostic[] } {
  const rules: PolicyRule[] = []
  const ruleLines: number[] = []
  const hosts: HostExecutable[] = []
  const networks: NetworkRule[] = []
  const diagnostics: Diagnostic[] = []
  const { calls, problem } = readRulesCalls(text)

  for (const call of calls) {
    try {
      const values = bind(call)
      if (call.name === 'prefix_rule') {
        rules.push(prefixRule(values, call))
        ruleLines.push(call.line)
      } else if (call.name === 'host_executable') {
        hosts.push(hostExecutable(values))
      } else {
        networks.push(networkRule(values))
        diagnostics.push(...ignoredPort(values, file))
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

/** The values of a call by parameter. */
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
  return { call, get: (name) => values.get(name) }
}

function prefixRule(values: Values, call: RulesCall): PolicyRule {
  const elements = list(values, 'pattern')
  if (elements.length === 0) throw new RulesProblem('invalid pattern element: pattern cannot be empty', call)
  const canonical = values.get('canonical_matching')
  if (canonical !== undefined && !(canonical.type === 'other' && canonical.name === 'bool')) {
    throw new RulesProblem(`canonical_matching must be a bool (got ${typeOf(canonical)})`, canonical)
  }
  const rule: PolicyRule = {
    pattern: elements.map(patternElement),
    decision: decision(values, 'allow'),
    match: values.get('match') === undefined ? [] : list(values, 'match').map(example),
    not_match: values.get('not_match') === undefined ? [] : list(values, 'not_match').map(example),
    ...justification(values),
  }
  const [failed] = untrueExamples(rule)
  if (failed !== undefined) {
    const given = values.get(failed.field)
    throw new RulesProblem(failed.message, given?.type === 'list' ? (given.items[failed.position] ?? call) : call)
  }
  return rule
}

function patternElement(literal: Literal): string | string[] {
  if (literal.type === 'string') return literal.value
  if (literal.type === 'other') {
    throw new RulesProblem(`pattern element must be a string or list of strings (got ${literal.name})`, literal)
  }
  if (literal.items.length === 0) throw new RulesProblem('invalid pattern element: pattern cannot be empty', literal)
  return literal.items.map((item) => {
    if (item.type === 'string') return item.value
    throw new RulesProblem(`pattern alternative must be a string (got ${typeOf(item)})`, item)
  })
}

function example(literal: Literal): string {
  if (literal.type === 'string') return literal.value
  if (literal.type === 'list') return joinWords(literal.items.map((item) => stringOf(item, 'a word of an example')))
  throw new RulesProblem(`example must be a string or list of strings (got ${literal.name})`, literal)
}

function hostExecutable(values: Values): HostExecutable {
  const name = string(values, 'name')
  const nameAt = values.get('name') ?? values.call
  if (name === '') throw new RulesProblem('host_executable name cannot be empty', nameAt)
  if (/[/\\]/.test(name) || name === '.' || name === '..') {
    throw new RulesProblem(`host_executable name must be a bare executable name (got ${name})`, nameAt)
  }
  const paths = list(values, 'paths').map((item) => {
    const path = stringOf(item, 'a path')
    if (!isAbsolute(path)) throw new RulesProblem(`host_executable paths must be absolute (got ${path})`, item)
    if (basename(path) !== name) {
      throw new RulesProblem(`host_executable path \`${path}\` must have basename \`${name}\``, item)
    }
    return path
  })
  return { name, paths, line: values.call.line }
}

function networkRule(values: Values): NetworkRule {
  const read = hostOf(string(values, 'host'))
  if ('problem' in read) throw new RulesProblem(`network_rule host ${read.problem}`, values.get('host') ?? values.call)
  const named = string(values, 'protocol')
  const protocol = Object.hasOwn(protocols, named) ? protocols[named] : undefined
  if (protocol === undefined) {
    const known = [...new Set(Object.values(protocols))].join(', ')
    throw new RulesProblem(
      `network_rule protocol must be one of ${known} (got ${named})`,
      values.get('protocol') ?? values.call,
    )
  }
  return { host: read.host, protocol, decision: decision(values), ...justification(values), line: values.call.line }
}

/** Codex leaves out a port that stands behind the host: the rule is about every one. */
function ignoredPort(values: Values, file: string): readonly Diagnostic[] {
  const given = values.get('host')
  const [, host, port] = given?.type === 'string' ? (/^\s*(\[[^\]]*\]|[^:]*):(\d+)\s*$/.exec(given.value) ?? []) : []
  if (given === undefined || host === undefined || port === undefined) return []
  const message = `The port ${port} is not looked at: this rule is about ${host} on every port`
  const hint = `Write host = "${host}"; a port can be said in a profile, under [network].`
  const { line, column } = given
  return [{ severity: 'warning', code: 'policy.rules', message, file, line, column, field: 'network_rule.host', hint }]
}

/** A host as Codex reads it: in lower case, without a port, brackets or a dot at the end. */
function hostOf(written: string): { readonly host: string } | { readonly problem: string } {
  const text = written.trim()
  if (/[/?#]/.test(text) || text.includes('://')) {
    return { problem: 'must be a hostname or IP literal (without scheme or path)' }
  }
  if (/\s/.test(text)) return { problem: 'cannot contain whitespace' }
  const bracketed = /^\[([^[\]]+)\](?::\d*)?$/.exec(text)
  if (text.startsWith('[') && bracketed === null) return { problem: 'has an invalid bracketed IPv6 literal' }
  const bare = bracketed?.[1] ?? (text.split(':').length === 2 ? text.replace(/:.*$/s, '') : text)
  const host = bare.replace(/\.+$/, '').toLowerCase()
  if (host === '') return { problem: 'cannot be empty' }
  return host.includes('*') ? { problem: 'must be a specific host; wildcards are not allowed' } : { host }
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
  throw new RulesProblem(`${name} must be a list (got ${typeOf(literal)})`, literal)
}

function required(values: Values, name: string): Literal {
  const literal = values.get(name)
  if (literal === undefined) throw new RulesProblem(`${values.call.name} needs "${name}"`, values.call)
  return literal
}

function stringOf(literal: Literal, what: string): string {
  if (literal.type === 'string') return literal.value
  throw new RulesProblem(`${what} must be a string (got ${typeOf(literal)})`, literal)
}

/** Its Starlark name. */
function typeOf(literal: Literal): string {
  return literal.type === 'other' ? literal.name : literal.type
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
