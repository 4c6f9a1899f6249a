import { basename } from 'node:path'
import {
  type DefinitionFile,
  type Diagnostic,
  defineDefinitionKind,
  diagnosticsFromZod,
  type ParsedDefinition,
  type PolicyDefinition,
  policySchema,
} from '../plugin-api/index.ts'
import { hostProblem, patternProblems } from '../plugin-api/rule-text.ts'
import { parseRules, type RulesContent } from './parse-rules.ts'
import { parseTomlDefinition } from './parse-toml-definition.ts'
import { unreadableExamples } from './untrue-examples.ts'

/**
 * Exec policies: TOML files, and the `*.rules` files of Codex in their literal subset. A `.rules` file goes by its whole name
 * (`default.rules`), which no TOML policy can have.
 */
export const policyKind = defineDefinitionKind<PolicyDefinition>({
  id: 'policy',
  parse: (file) => [file.file.endsWith('.rules') ? parseRulesFile(file) : parsePolicy(file)],
})

function parseRulesFile({ file, text }: DefinitionFile): ParsedDefinition<PolicyDefinition> {
  const { diagnostics: unread, ...rules } = parseRules(text, file)
  const diagnostics = [...unread, ...meaningless(rules, file)]
  if (diagnostics.some(({ severity }) => severity === 'error')) return { diagnostics }
  const id = basename(file)
  return { id, value: { id, description: '', ...rules }, diagnostics }
}

/** What is well written and would match nothing: Codex takes such rules, and `execpolicy check` answers as it does. */
function meaningless({ rules, ruleLines, network_rules = [] }: RulesContent, file: string): readonly Diagnostic[] {
  const wrong = (message: string, field: string, line: number): Diagnostic => {
    const hint = 'Change the rule, or remove it.'
    return { severity: 'error', code: 'policy.rules', message, file, line, field, hint }
  }
  return [
    ...rules.flatMap(({ pattern }, index) =>
      patternProblems(pattern).map(({ path, message }) =>
        wrong(message, ['prefix_rule', 'pattern', ...path].join('.'), ruleLines[index] ?? 1),
      ),
    ),
    ...network_rules.flatMap(({ host, line }) => {
      const message = hostProblem(host.includes(':') ? `[${host}]` : host)
      return message === undefined ? [] : [wrong(message, 'network_rule.host', line)]
    }),
  ]
}

function parsePolicy(definitionFile: DefinitionFile): ParsedDefinition<PolicyDefinition> {
  const { file } = definitionFile
  const toml = parseTomlDefinition(definitionFile, 'policy.toml')
  if ('problem' in toml) return { diagnostics: [toml.problem] }
  const parsed = policySchema.safeParse(toml.value)
  if (!parsed.success) {
    return { diagnostics: diagnosticsFromZod(parsed.error, { file, code: 'policy.schema', locate: toml.locate }) }
  }
  const { rules } = parsed.data
  // Who wrote it counts on a question that nobody would ask.
  const unasked = rules.flatMap(({ decision, reviewer }, index): Diagnostic[] =>
    reviewer === undefined || decision === 'prompt'
      ? []
      : [
          {
            severity: 'error',
            code: 'policy.reviewer',
            message: `a rule that says "${decision}" asks nobody, so reviewer has no meaning`,
            file,
            ...(toml.locate(['rules', index, 'reviewer']) ?? {}),
            field: `rules.${index}.reviewer`,
            hint: 'Say decision = "prompt", or take reviewer out.',
          },
        ],
  )
  const unread = rules.flatMap((rule, index) =>
    unreadableExamples(rule).map(
      ({ field, position, message }): Diagnostic => ({
        severity: 'error',
        code: 'policy.example',
        message,
        file,
        ...(toml.locate(['rules', index, field, position]) ?? {}),
        field: `rules.${index}.${field}.${position}`,
        hint: 'Write the example as in a shell.',
      }),
    ),
  )
  const diagnostics = [...unasked, ...unread]
  if (diagnostics.length > 0) return { diagnostics }
  const ruleLines = rules.map((_, index) => toml.locate(['rules', index])?.line ?? 1)
  return { id: parsed.data.id, value: { ...parsed.data, ruleLines } }
}
