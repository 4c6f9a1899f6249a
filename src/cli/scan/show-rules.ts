import { tmpdir } from 'node:os'
import { basename } from 'node:path'
import { plural } from '../../output/scan/describe-coverage.ts'
import type { KernelSettings } from '../../plugin-api/base-command.ts'
import { CodexError, exitCodes } from '../../plugin-api/errors.ts'
import type { Category, Definition } from '../../plugin-api/index.ts'
import { openToolSession, type ToolSession } from '../../runtime/open-tool-session.ts'
import { type RuleFacts, readRule, readRules, ruleKind, rulesOf } from './rule-facts.ts'
import { runtimeOf } from './scan-request.ts'

/** The rules as a table, those of one language or category alone where it is named. */
export function listRules(
  definitions: readonly Definition<unknown>[],
  { language, category }: { readonly language?: string | undefined; readonly category?: Category | undefined },
) {
  const all = rulesOf(definitions)
  assertLanguage(language, all)
  const rules = all
    .filter((rule) => language === undefined || languagesOf(rule).includes(language))
    .filter((rule) => category === undefined || rule.category === category)
  const width = Math.max(0, ...rules.map(({ id }) => id.length))
  const lines = rules.map((rule) => {
    const { id, severity, category: kind, cwe, message } = rule
    return `${id.padEnd(width)}  ${severity.padEnd(8)}  ${kind.padEnd(15)}  ${languagesOf(rule).join(', ').padEnd(22)}  ${cwe.join(' ').padEnd(8)}  ${message}`
  })
  const data = rules.map((rule) => {
    const { tests, shadows, origin, ...facts } = rule
    return { ...facts, layer: origin.layer, file: origin.file, shadows: shadows.map(({ file }) => file) }
  })
  const count = `${plural(rules.length, 'rule')} of code; those of secrets (secret-…) and dependencies (dep-…): docs/secrets-and-dependencies.md`
  return { text: [...lines, count].join('\n'), data }
}

/** @throws CodexError `usage.arguments` for a language that no rule is for */
function assertLanguage(language: string | undefined, rules: readonly RuleFacts[]): void {
  const known = [...new Set(rules.flatMap(languagesOf))].sort()
  if (language === undefined || known.includes(language)) return
  throw new CodexError('usage.arguments', `No rule is for the language ${language}`, {
    hint: `There are rules for ${known.join(', ')}.`,
  })
}

/** One rule in full. @throws CodexError `usage.unknown_definition` */
export async function showRule(id: string, session: Pick<ToolSession, 'definitions'>) {
  const rule = await readRule(id, session)
  const { message, severity, confidence, why, cwe, owasp, fix, references, origin, shadows, tests } = rule
  const examples = (title: string, list: RuleFacts['tests']['hit']) =>
    list.length === 0
      ? []
      : ['', title, ...list.map((each) => indented(typeof each === 'string' ? each : `${each.code}`))]
  const lines = [
    `${id}: ${message}`,
    '',
    `severity    ${severity}, ${confidence} confidence`,
    `category    ${rule.category}`,
    `languages   ${languagesOf(rule).join(', ')}`,
    ...(cwe.length + owasp.length > 0 ? [`weakness    ${[...cwe, ...owasp].join(', ')}`] : []),
    `file        ${origin.file} (${origin.plugin ?? origin.layer})`,
    ...shadows.map(({ file }) => `hides       ${file}`),
    '',
    why.trim(),
    ...(fix
      ? ['', `Fix: ${fix.advice.trim()}${fix.template === undefined ? '' : ' (mechanical: codex scan --fix)'}`]
      : []),
    ...(references.length > 0 ? ['', ...references] : []),
    ...examples('Finds:', tests.hit),
    ...examples('Leaves alone:', tests.miss),
  ]
  return { text: lines.join('\n'), data: rule }
}

/** Tries examples. @throws CodexError `usage.unknown_definition`, and as a scan does */
export async function testResult(
  ids: readonly string[],
  flags: KernelSettings,
  program: { readonly root: string; readonly version: string },
  signal: AbortSignal,
) {
  const runtime = runtimeOf(flags, program, true)
  const session = await openToolSession(runtime, { name: 'scan' }, signal)
  try {
    const all = await readRules(session)
    const refused = session
      .diagnostics()
      .filter(({ code, severity, file }) => code.startsWith('scan-rule.') && severity === 'error' && isAbout(file, ids))
    const wanted = ids.filter((id) => !refused.some(({ file }) => isAbout(file, [id])))
    const rules = ids.length > 0 ? await Promise.all(wanted.map((id) => readRule(id, session))) : all
    const { lintWorkspace } = await import('../../runtime/lint-workspace.ts')
    const files = rules.filter(({ origin }) => origin.plugin === undefined).map(({ origin }) => origin.file)
    const linted =
      files.length === 0
        ? []
        : (await lintWorkspace(runtime, { paths: [...new Set(files)], kind: ruleKind })).diagnostics
    const problems = [...refused, ...linted.filter(({ severity }) => severity === 'error')]
    const { testRules } = await import('./test-rules.ts')
    const report = await testRules(rules, session, tmpdir(), signal)
    const lines = report.failures.map(
      ({ rule, example, place, language, problem }) => `${rule}: ${example} ${place} (${language}): ${problem}`,
    )
    const untested = report.untested.map((id) => `${id}: it has no hit, or no miss, among its examples`)
    const told = problems.map(({ file, line, message }) => `${file}${line === undefined ? '' : `:${line}`}: ${message}`)
    const sum = `${plural(report.examples, 'example')} of ${plural(report.rules, 'rule')}: ${verdict(report.failures.length)}`
    const isGood = report.failures.length + report.untested.length + problems.length === 0
    const data = { ...report, problems }
    const text = [...told, ...lines, ...untested, sum].join('\n')
    return { text, data, exitCode: isGood ? exitCodes.done : exitCodes.failed }
  } finally {
    await session.close()
  }
}

/** Whether a file is that of one of these rules, by its name; any is where none is named. */
function isAbout(file: string | undefined, ids: readonly string[]): boolean {
  return ids.length === 0 || (file !== undefined && ids.includes(basename(file, '.yml')))
}

function verdict(failures: number): string {
  if (failures === 0) return 'all behave as their rule says'
  return `${failures} ${failures === 1 ? 'does' : 'do'} not behave as ${failures === 1 ? 'its' : 'their'} rule says`
}

const languagesOf = ({ language }: RuleFacts): readonly string[] => [language].flat()

const indented = (code: string): string =>
  code
    .trimEnd()
    .split('\n')
    .map((line, index) => (index === 0 ? `  - ${line}` : `    ${line}`))
    .join('\n')
