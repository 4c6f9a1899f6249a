import type { ScanCoverage, ScanDocument, ScanGap } from './scan-document.ts'

const reasonTexts: Readonly<Record<string, string>> = {
  excluded: 'that the settings leave out',
  vendored: 'vendored',
  generated: 'generated',
  minified: 'minified',
  binary: 'binary',
  unreadable: 'unreadable',
  unscannable: 'that ended the parser',
  too_large: 'too large',
  denied: 'that may not be read',
  syntax_errors: 'with text that does not parse, the rest of which was scanned',
  invalid_utf8: 'with bytes that are no UTF-8',
  time_limit: 'on which a rule took too long',
}
const languageNames: Readonly<Record<string, string>> = {
  javascript: 'JavaScript',
  typescript: 'TypeScript',
  python: 'Python',
  go: 'Go',
  java: 'Java',
  bash: 'Bash',
  html: 'HTML',
  dockerfile: 'Dockerfile',
  yaml: 'YAML',
  workflow: 'CI workflow',
}
/** These numbers are of findings, comments and rules, not of files. */
const notFiles = new Set(['suppressed', 'suppressions_ignored', 'disabled', 'disabled_ignored'])

/** `142 files with 56 rules: 90 TypeScript, 52 Python.` */
export function scannedText({ files, rules }: ScanCoverage): string {
  const languages = Object.entries(files)
    .filter(([name, count]) => name !== 'scanned' && name !== 'with_findings' && count > 0)
    .toSorted(([, a], [, b]) => b - a)
    .map(([name, count]) => `${count} ${languageNames[name] ?? name}`)
  const kinds = languages.length > 0 ? `: ${languages.join(', ')}` : ''
  return `${plural(files.scanned ?? 0, 'file')} with ${plural(rules, 'rule')}${kinds}.`
}

/** What was not looked at, or does not count, and why: a sentence each. */
export function leftOutTexts({ coverage, accepted, filtered, notes }: ScanDocument): readonly string[] {
  const by = (who: string): number => accepted.filter((each) => each.by === who).length
  const options = Object.entries(filtered).filter(([, count]) => count > 0)
  return [
    ...(by('baseline') > 0
      ? [`${plural(by('baseline'), 'finding')} of the baseline ${are(by('baseline'))} not counted.`]
      : []),
    ...options.map(([option, count]) => `${plural(count, 'finding')} ${are(count)} left out by --${option}.`),
    ...(coverage ? coverageTexts(coverage) : []),
    ...notes,
  ]
}

function coverageTexts({ skipped, broken_rules, disabled_rules = [], truncated }: ScanCoverage): readonly string[] {
  const files = Object.entries(skipped).filter(([reason, count]) => count > 0 && !notFiles.has(reason))
  const texts = files.map(([reason, count]) => `${count} ${reasonTexts[reason] ?? reason.replaceAll('_', ' ')}`)
  const { suppressed = 0, suppressions_ignored: ignored = 0, disabled = 0, disabled_ignored = 0 } = skipped
  return [
    ...(texts.length > 0 ? [`Files left out, or read with gaps: ${texts.join(', ')}.`] : []),
    ...(suppressed > 0
      ? [`${plural(suppressed, 'finding')} ${are(suppressed)} suppressed by comments with a reason.`]
      : []),
    ...(ignored > 0
      ? [
          `${plural(ignored, 'suppressing comment')} ${ignored === 1 ? 'counts' : 'count'} for nothing: without a reason, or in a repository that is not trusted (--trust for this run).`,
        ]
      : []),
    ...(disabled > 0 ? [`${plural(disabled, 'finding')} ${are(disabled)} switched off by path in the settings.`] : []),
    ...(disabled_rules.length > 0 ? [`The settings switch off ${disabled_rules.join(', ')}.`] : []),
    ...(disabled_ignored > 0
      ? [
          `${plural(disabled_ignored, 'setting')} of a repository that is not trusted, to switch rules off, ${disabled_ignored === 1 ? 'counts' : 'count'} for nothing (--trust for this run).`,
        ]
      : []),
    ...broken_rules.map(({ rule, problem }) => `Rule ${rule} did not run: ${problem.replace(/\s+/g, ' ')}`),
    ...(truncated ? ['There are more files than one scan takes: name folders to see the rest.'] : []),
  ]
}

/** One line for a file that was not scanned as a whole. */
export function gapText({ file, reason, line, rule, problem }: ScanGap): string {
  const place = line === undefined ? file : `${file}:${line}`
  const what = [reason.replaceAll('_', ' '), rule && `of rule ${rule}`, problem?.replace(/\s+/g, ' ')].filter(Boolean)
  return `${place}: ${what.join(', ')}`
}

/** `1 finding`, `2 findings`. */
export const plural = (count: number, noun: string): string =>
  `${count.toLocaleString('en-US')} ${noun}${count === 1 ? '' : 's'}`

const are = (count: number): string => (count === 1 ? 'is' : 'are')
