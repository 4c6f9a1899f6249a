import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { editFile } from '../config/edit-file.ts'
import { formatDiagnostic } from '../plugin-api/diagnostic.ts'
import { CodexError } from '../plugin-api/errors.ts'
import { patternProblems } from '../plugin-api/rule-text.ts'
import { parseRules } from './parse-rules.ts'
import { networkRuleText, ruleText, type WrittenNetworkRule, type WrittenRule } from './rule-text.ts'

/** Where an answer for always is kept: the file that Codex keeps them in. */
export function alwaysRulesFile(codexHome: string): string {
  return join(codexHome, 'rules', 'default.rules')
}

/** A rule about commands, or about a host. */
export type AppendedRule = WrittenRule | WrittenNetworkRule

/**
 * Adds one rule to the user's `default.rules`, and gives the file. It is written whole or not at all, under a lock; a rule that is
 * there already is not written again. What stands in the file stays as it is, and what is read back from it is that and this rule.
 *
 * @throws CodexError `definition.invalid` where the file does not load, or cannot say this rule; as `editFile`
 */
export async function appendRule(codexHome: string, rule: AppendedRule): Promise<string> {
  const file = alwaysRulesFile(codexHome)
  await editFile(file, (text) => withRule(text, rule, file))
  return file
}

function withRule(text: string, rule: AppendedRule, file: string): string {
  const before = rulesOf(text, file)
  const wanted = written(rule)
  if (before.some((each) => isDeepStrictEqual(each, wanted))) return text
  const lineEnd = text === '' || text.endsWith('\n') ? '' : '\n'
  const isOfHost = 'host' in rule
  const line = isOfHost ? networkRuleText(rule) : ruleText(rule)
  const after = `${text}${lineEnd}${line}\n`
  const commands = before.filter((each) => !('host' in each))
  const hosts = before.filter((each) => 'host' in each)
  const whole = isOfHost ? [...commands, ...hosts, wanted] : [...commands, wanted, ...hosts]
  // The file says what is allowed: it must come back from the disk as exactly what was agreed to.
  const isSaid = isDeepStrictEqual(rulesOf(Buffer.from(after).toString(), file), whole)
  if (!isSaid || (!isOfHost && patternProblems(rule.pattern).length > 0)) {
    throw new CodexError('definition.invalid', `${file} cannot say this rule: ${line}`, {
      hint: 'Nothing was written. Write a rule with fewer words by hand.',
      location: { file },
    })
  }
  return after
}

/** Those about commands, then those about hosts. */
function rulesOf(text: string, file: string): readonly AppendedRule[] {
  const { rules, network_rules: hosts = [], diagnostics } = parseRules(text, file)
  const wrong = diagnostics.find(({ severity }) => severity === 'error')
  if (wrong === undefined) return [...rules, ...hosts].map(written)
  const { line, column } = wrong
  throw new CodexError('definition.invalid', formatDiagnostic(wrong), {
    hint: 'Nothing was written. Mend the file first: codex lint shows where.',
    location: { file, ...(line !== undefined && { line }), ...(column !== undefined && { column }) },
  })
}

function written(rule: AppendedRule): AppendedRule {
  const why = rule.justification !== undefined && { justification: rule.justification }
  if ('host' in rule) return { host: rule.host, protocol: rule.protocol, decision: rule.decision, ...why }
  return { pattern: rule.pattern, decision: rule.decision, ...why }
}
