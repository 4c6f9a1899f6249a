import { locateFields } from '../../definitions/locate-fields.ts'
import type { Diagnostic, ParsedDefinition, PolicyDefinition, PolicyRule } from '../../plugin-api/index.ts'
import { type CommandAnswer, checkScript } from './check-script.ts'
import type { ExecPolicy } from './exec-policy.ts'

/**
 * Judges the examples of a policy in TOML as its rules judge commands: a line is matched where the rule, alone, would say its decision of one of
 * its commands. A policy with an example that is not so comes back without a value, with a diagnostic for each. Those of a `.rules` file are compared
 * word for word, as Codex does, when it is parsed.
 */
export async function verifyExamples(
  parsed: ParsedDefinition<PolicyDefinition>,
  file: string,
): Promise<ParsedDefinition<PolicyDefinition>> {
  if (parsed.id === undefined || file.endsWith('.rules')) return parsed
  const untrue = (await Promise.all(parsed.value.rules.map(untrueExamples))).flat()
  if (untrue.length === 0) return parsed
  const locate = await locateFields(file)
  const diagnostics = untrue.map(
    ({ path, message }): Diagnostic => ({
      ...{ severity: 'error', code: 'policy.example', message, file },
      ...(locate(path) ?? {}),
      field: path.join('.'),
      hint: 'Change the pattern or the example; codex policy test shows how a line is read.',
    }),
  )
  return { diagnostics: [...(parsed.diagnostics ?? []), ...diagnostics] }
}

interface UntrueExample {
  readonly path: readonly (string | number)[]
  readonly message: string
}

async function untrueExamples(rule: PolicyRule, index: number): Promise<readonly UntrueExample[]> {
  const judged = (['match', 'not_match'] as const).flatMap((field) =>
    rule[field].map(async (example, position): Promise<readonly UntrueExample[]> => {
      const { meant, instead } = await judge(example, rule)
      if ((meant !== undefined) === (field === 'match')) return []
      const says = `this rule ${meant === undefined ? 'does not say' : 'says'} "${rule.decision}" of \`${example}\``
      const why =
        meant === undefined ? instead : meant.words.join(' ') === example ? '' : `it runs \`${meant.words.join(' ')}\``
      return [{ path: ['rules', index, field, position], message: why === '' ? says : `${says}: ${why}` }]
    }),
  )
  return (await Promise.all(judged)).flat()
}

/** The command of a line that the rule is about, or what is said of it instead. */
async function judge(
  example: string,
  rule: PolicyRule,
): Promise<{ readonly meant: CommandAnswer | undefined; readonly instead: string }> {
  const alone: ExecPolicy = {
    rules: [{ rule, policy: '', file: '', layer: 'user' }],
    hostExecutables: [],
    networkRules: [],
  }
  const { commands, rule: instead } = await checkScript(example, alone)
  const answer = rule.decision === 'allow' ? 'match' : rule.decision
  return { meant: commands.find((command) => command.answer === answer), instead }
}
