import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { ToolSession } from '../../runtime/open-tool-session.ts'
import { collectScan } from './collect-scan.ts'
import type { RuleFacts } from './rule-facts.ts'

/** An example of a rule that does not behave as the rule says. */
export interface RuleTestFailure {
  readonly rule: string
  readonly example: 'hit' | 'miss'
  /** Place in the list, from 1. */
  readonly place: number
  readonly language: string
  readonly problem: string
}

export interface RuleTestReport {
  readonly rules: number
  readonly examples: number
  /** Rules without an example. */
  readonly untested: readonly string[]
  readonly failures: readonly RuleTestFailure[]
}

/** Names that make a file one of a language. */
const fileNames: Readonly<Record<string, string>> = {
  javascript: 'code.js',
  typescript: 'code.tsx',
  python: 'code.py',
  go: 'code.go',
  java: 'Code.java',
  bash: 'code.sh',
  html: 'code.html',
  dockerfile: 'Dockerfile',
  yaml: 'code.yml',
  workflow: '.github/workflows/code.yml',
}

interface Example {
  readonly rule: string
  readonly kind: 'hit' | 'miss'
  readonly place: number
  readonly language: string
  readonly code: string
  readonly file: string
}

/**
 * Tries the examples that rules carry: each is written to a file of its own in a temporary folder, and one scan goes over all of
 * them, the same that goes over a user's code.
 *
 * @throws CodexError as a scan does; the abort reason
 */
export async function testRules(
  rules: readonly RuleFacts[],
  session: ToolSession,
  tempDir: string,
  signal: AbortSignal,
): Promise<RuleTestReport> {
  const examples = rules.flatMap(examplesOf)
  const root = await realpath(await mkdtemp(join(tempDir, 'codex-rules-')))
  try {
    const files = examples.map((example, index) => join(root, String(index), example.file))
    for (const [index, file] of files.entries()) {
      await mkdir(dirname(file), { recursive: true })
      await writeFile(file, examples[index]?.code ?? '')
    }
    const { findings, coverage } = await collectScan(
      session,
      { parts: ['code'], history: false, paths: [root], rules: rules.map(({ id }) => id) },
      () => {},
      signal,
    )
    const failures = examples.flatMap((example, index): readonly RuleTestFailure[] => {
      const file = files[index]
      const own = findings.filter((finding) => finding.file === file && finding.rule === example.rule)
      const gap = coverage.gaps.find((each) => each.file === file)
      const broken = coverage.broken_rules.find((each) => each.rule === example.rule)
      const problem = problemOf(
        example,
        own.map(({ range, snippet = '' }) => `${range.start.line}: ${snippet.split('\n', 1)[0]}`),
        broken ? `the rule does not run: ${broken.problem}` : gap && gapProblem(gap),
      )
      return problem === undefined
        ? []
        : [{ rule: example.rule, example: example.kind, place: example.place, language: example.language, problem }]
    })
    const untested = rules.filter(({ tests }) => tests.hit.length === 0 || tests.miss.length === 0).map(({ id }) => id)
    return { rules: rules.length, examples: examples.length, untested, failures }
  } finally {
    await rm(root, { recursive: true, force: true })
  }
}

function examplesOf(rule: RuleFacts): readonly Example[] {
  return (['hit', 'miss'] as const).flatMap((kind) =>
    rule.tests[kind].flatMap((example, index) => {
      const code = typeof example === 'string' ? example : example.code
      const languages = typeof example === 'string' ? [rule.language].flat() : [example.language]
      return languages.map((language): Example => {
        const named = typeof example === 'string' ? undefined : example.file
        // A name with folders above itself would leave the temporary one.
        const file = named?.split('/').includes('..') || named?.startsWith('/') ? basename(named) : named
        const common = { rule: rule.id, kind, place: index + 1, language, code }
        // A rule for tests alone looks at files that are some.
        const folder = rule.tests_in === 'only' ? 'test/' : ''
        return { ...common, file: folder + (file ?? fileNames[language] ?? `code.${language}`) }
      })
    }),
  )
}

function gapProblem({ reason, line }: { readonly reason: string; readonly line?: number | undefined }): string {
  return reason === 'syntax_error' ? `line ${line} is no code of the language` : `it was not scanned: ${reason}`
}

function problemOf({ kind }: Example, places: readonly string[], obstacle: string | undefined): string | undefined {
  if (obstacle !== undefined) return obstacle
  if (kind === 'hit' && places.length === 0) return 'nothing is found'
  return kind === 'miss' && places.length > 0 ? `found on line ${places.join(', line ')}` : undefined
}
