import {
  categories,
  confidences,
  type DefinitionFile,
  type Diagnostic,
  defineDefinitionKind,
  diagnosticsFromZod,
  type ParsedDefinition,
  severities,
  z,
} from 'codex-kernel/plugin-api'
import { astRuleSchema } from './ast-rule.ts'
import { origins } from './expression.ts'
import { readYaml } from './read-yaml.ts'
import { namesOfMeasure } from './rule-measure.ts'
import { scriptRegex } from './script-regex.ts'

/**
 * `javascript` means .js .jsx .mjs .cjs and scripts in pages; `typescript` means .ts .tsx .mts .cts; `bash` also the
 * commands of workflows; `workflow` the YAML of CI, for which rules of `yaml` run too.
 */
export const ruleLanguages = [
  'javascript',
  'typescript',
  'python',
  'go',
  'java',
  'bash',
  'html',
  'dockerfile',
  'yaml',
  'workflow',
] as const
export type RuleLanguage = (typeof ruleLanguages)[number]

const metavariable = z.string().regex(/^\$[A-Z_][A-Z0-9_]*$/, 'a metavariable such as $ARG')
const example = z.union([
  z.string().min(1),
  z.strictObject({
    language: z.enum(ruleLanguages).describe('Language of the example.'),
    code: z.string().min(1).describe('Text of the example.'),
    file: z.string().min(1).optional().describe('Name that the code is scanned under. Absent: a neutral one.'),
  }),
])

/** How a value is followed from where it comes from to where it does harm. */
export const flowSchema = z.strictObject({
  value: metavariable.describe('What of the match does harm.'),
  from: z
    .array(z.enum(origins))
    .default(['request'])
    .describe(
      'Built-in sources: data of an HTTP request or of the page address, program arguments, the environment, files, answers from the network.',
    ),
  report: z
    .enum(['tainted', 'built', 'dynamic', 'literal'])
    .default('tainted')
    .describe(
      'tainted: only what comes from a source. built: also text put together from parts that are no constants, with less confidence. dynamic: also anything that is no constant. literal: the other way round, text that stands in the file, such as a key.',
    ),
  position: z
    .enum(['anywhere', 'start'])
    .default('anywhere')
    .describe('start: only the beginning of the text does harm, such as the host of a URL.'),
  unsure_severity: z
    .enum(severities)
    .optional()
    .describe(
      'Severity of a finding whose value comes from no request, file or network: program arguments, the environment, and with `report: built` or `dynamic` what is not known. Absent: that of the rule.',
    ),
  sources: z.array(astRuleSchema).default([]).describe('Further expressions whose value is tainted.'),
  sanitizers: z.array(astRuleSchema).default([]).describe('Expressions whose value does no harm.'),
  guards: z
    .strictObject({
      pass: z.array(astRuleSchema).default([]).describe('Tests that a harmless $VALUE passes.'),
      fail: z.array(astRuleSchema).default([]).describe('Tests that a harmless $VALUE fails.'),
    })
    .default({ pass: [], fail: [] })
    .describe(
      'Tests in conditions, besides membership, equality, regular expressions and functions named like isValid.',
    ),
})
export type RuleFlow = z.infer<typeof flowSchema>

function isRegex(text: string): boolean {
  try {
    return scriptRegex(text).source !== ''
  } catch {
    return false
  }
}

const conditionSchema = z.union([
  z.strictObject({
    value: metavariable.describe('Metavariable whose text is tested.'),
    is: z
      .enum([
        'secret',
        'password',
        'exponential-regex',
        'untrusted-expression',
        'mentioned-once',
        'async-call',
        'repeated-key',
      ])
      .describe('A test that a pattern cannot express.'),
  }),
  z.strictObject({
    value: metavariable.describe('Metavariable that stands for what is called.'),
    names: z
      .string()
      .refine(isRegex, 'no regular expression')
      .describe(
        'Regular expression over its name: as it is written, and as it is imported, such as `child_process.exec`.',
      ),
  }),
  z.strictObject({
    value: metavariable.optional().describe('Metavariable that is a function. Absent: the match itself.'),
    measure: z
      .enum(['cognitive', 'cyclomatic', 'nesting', 'parameters', 'code_lines'])
      .describe('What of the function is measured; the message may name it, such as $COGNITIVE, and the $FUNCTION.'),
    above: z.int().min(0).describe('The condition holds for larger numbers.'),
  }),
])
export type RuleCondition = z.infer<typeof conditionSchema>

/** A scan rule. `docs/scan-rules.md` shows how to write one. */
export const scanRuleSchema = z.strictObject({
  id: z
    .string()
    .regex(/^[a-z][a-z0-9-]*$/)
    .describe('What findings, `rules` and `codex-ignore` call it.'),
  language: z
    .union([z.enum(ruleLanguages), z.array(z.enum(ruleLanguages)).min(1)], {
      error: `expected one of ${ruleLanguages.join(', ')}, or a list of them`,
    })
    .describe('Language of the files that it looks at, or several.'),
  severity: z.enum(severities).describe('How bad a finding is.'),
  category: z
    .enum(categories)
    .default('security')
    .describe('What kind of flaw it is, for those who run the rules of one kind.'),
  confidence: z.enum(confidences).default('medium').describe('How sure a match is where nothing lowers it.'),
  message: z.string().min(1).describe('One line; $NAME stands for what the metavariable matched.'),
  why: z.string().min(1).describe('Why it matters, in two sentences.'),
  cwe: z
    .array(z.string().regex(/^CWE-\d+$/))
    .default([])
    .describe('Weaknesses, by number of https://cwe.mitre.org.'),
  owasp: z
    .array(z.string().regex(/^A\d\d:\d{4}$/))
    .default([])
    .describe('Categories of the OWASP Top Ten, such as A03:2021.'),
  fix: z
    .strictObject({
      advice: z.string().min(1).describe('What to do instead.'),
      template: z
        .string()
        .optional()
        .describe('Text that replaces the match; $NAME as in the message. Absent: no mechanical fix.'),
      constraints: z
        .record(z.string(), astRuleSchema)
        .optional()
        .describe(
          'Rules for metavariables, by name without $, that hold where the template is right. Elsewhere the advice stands alone.',
        ),
    })
    .optional()
    .describe('How to mend it.'),
  references: z.array(z.url()).default([]).describe('Pages to read on.'),
  mentions: z
    .array(z.string().min(1))
    .min(1)
    .optional()
    .describe('The rule runs only on files that hold one of these texts. Absent: on all files.'),
  looks_like: z
    .array(z.string().refine(isRegex, 'no regular expression'))
    .min(1)
    .optional()
    .describe(
      'The rule runs only on files in which one of these expressions of JavaScript is found, such as `new Promise\\(\\s*async`; one that begins with (?i) ignores case. For speed: what they leave out is never looked at.',
    ),
  rule: astRuleSchema.describe('What matches: an ast-grep rule.'),
  constraints: z.record(z.string(), astRuleSchema).optional().describe('Rules for metavariables, by name without $.'),
  utils: z.record(z.string(), astRuleSchema).optional().describe('Rules to be named by `matches`.'),
  flow: flowSchema.optional().describe('Absent: every match is a finding.'),
  where: z.array(conditionSchema).default([]).describe('Further conditions for a match.'),
  not_in: z
    .array(z.string().min(1))
    .default([])
    .describe('Globs of files that the rule does not look at; a name without / is one at any depth.'),
  tests_in: z
    .enum(['same', 'lower', 'skip', 'only'])
    .default('lower')
    .describe('In test files: report as elsewhere, with less confidence, not at all, or nowhere else.'),
  tests: z
    .strictObject({
      hit: z.array(example).default([]).describe('Code with at least one finding each.'),
      miss: z.array(example).default([]).describe('Code with none.'),
    })
    .default({ hit: [], miss: [] })
    .describe('Examples; `npm test` of the plugin checks those that come with it.'),
})
export type ScanRule = z.infer<typeof scanRuleSchema>

/** Files of scan rules: YAML, one rule in a document. */
export const definitionKind = defineDefinitionKind<ScanRule>({
  id: 'scan-rule',
  cacheVersion: 'scan-rule-2',
  parse: parseScanRules,
  lint: lintScanRules,
})

function parseScanRules({ file, text }: DefinitionFile): readonly ParsedDefinition<ScanRule>[] {
  const read = readYaml(text)
  if ('problem' in read) {
    const { problem, line, column } = read
    const hint = 'Indent with spaces, and put patterns with ":" or "#" in quotes.'
    return [
      { diagnostics: [{ severity: 'error', code: 'scan-rule.yaml', message: problem, file, line, column, hint }] },
    ]
  }
  if (read.documents.length === 0) {
    const message = 'The file holds no rule'
    return [{ diagnostics: [{ severity: 'error', code: 'scan-rule.empty', message, file, line: 1, column: 1 }] }]
  }
  return read.documents.map(({ value, locate }): ParsedDefinition<ScanRule> => {
    const checked = scanRuleSchema.safeParse(value)
    if (!checked.success) {
      return { diagnostics: diagnosticsFromZod(checked.error, { file, code: 'scan-rule.schema', locate }) }
    }
    const rule = checked.data
    const diagnostics = unboundMetavariables(rule).map(({ name, field }) => ({
      severity: 'error' as const,
      code: 'scan-rule.metavariable',
      message: `${name} is matched by no pattern of the rule`,
      file,
      ...(locate(field) ?? {}),
      field: field.join('.'),
      expected: `a metavariable of: ${patternTexts(rule).join(', ') || 'a pattern'}`,
    }))
    return diagnostics.length > 0 ? { diagnostics } : { id: rule.id, value: rule }
  })
}

/** What the parsers of the languages refuse. */
async function lintScanRules({ file, text }: DefinitionFile): Promise<readonly Diagnostic[]> {
  const { lintRule } = await import('./lint-rule.ts')
  const read = readYaml(text)
  const found = ('problem' in read ? [] : read.documents).map(async ({ value, locate }) => {
    const checked = scanRuleSchema.safeParse(value)
    const problems = checked.success ? await lintRule(checked.data) : []
    return problems.map(({ field, message, severity }): Diagnostic => {
      const code = severity === 'error' ? 'scan-rule.refused' : 'scan-rule.pattern'
      return { severity, code, message, file, ...(locate(field) ?? {}), field: field.join('.'), hint }
    })
  })
  return (await Promise.all(found)).flat()
}

const hint =
  'Kinds of nodes and patterns are those of ast-grep: try them in its playground, https://ast-grep.github.io/playground.html.'

/** Metavariables that the rule uses and no pattern of it can match. */
function unboundMetavariables(rule: ScanRule): { name: string; field: (string | number)[] }[] {
  const known = new Set(patternTexts(rule).flatMap((text) => text.match(/\$[A-Z_][A-Z0-9_]*/g) ?? []))
  const uses = [
    ...namesIn(rule.message).map((name) => ({ name, field: ['message'] })),
    ...namesIn(rule.fix?.template ?? '').map((name) => ({ name, field: ['fix', 'template'] })),
    ...(rule.flow ? [{ name: rule.flow.value, field: ['flow', 'value'] }] : []),
    ...rule.where.flatMap(({ value: name }, index) =>
      name === undefined ? [] : [{ name, field: ['where', index, 'value'] }],
    ),
  ]
  const given = rule.where.flatMap((each) => ('measure' in each ? namesOfMeasure(each.measure) : []))
  return uses.filter(({ name }) => !known.has(name) && !given.includes(name))
}

const namesIn = (template: string): string[] => template.match(/\$[A-Z_][A-Z0-9_]*/g) ?? []

function patternTexts(rule: ScanRule): string[] {
  const texts: string[] = []
  const collect = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return
    for (const [key, child] of Object.entries(value)) {
      if (key === 'pattern') texts.push(typeof child === 'string' ? child : String(child?.context ?? ''))
      else collect(child)
    }
  }
  collect([rule.rule, rule.constraints, rule.utils])
  return texts
}
