import { grouped } from '../../plugin-api/grouped.ts'
import type { DependencyCoverage, ScanCoverage, ScanDocument, ScanGap, SecretCoverage } from './scan-document.ts'

const reasonTexts: Readonly<Record<string, string>> = {
  excluded: 'that the settings leave out',
  vendored: 'vendored',
  generated: 'generated',
  minified: 'minified',
  binary: 'binary',
  unreadable: 'unreadable',
  unscannable: 'that ended the parser',
  too_large: 'too large',
  denied: 'that the profile protects (--profile trusted reads them)',
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
const notFiles = new Set([
  'suppressed',
  'suppressions_ignored',
  'suppressions_untrusted',
  'disabled',
  'disabled_ignored',
])

/** `Scanned 142 files with 56 rules: 90 TypeScript, 52 Python.`, and where secrets and dependencies were looked for: a sentence each. */
export function scannedTexts({ parts, files, rules, secrets, dependencies }: ScanCoverage): readonly string[] {
  const languages = Object.entries(files)
    .filter(([name, count]) => name !== 'scanned' && name !== 'with_findings' && count > 0)
    .toSorted(([, a], [, b]) => b - a)
    .map(([name, count]) => `${grouped(count)} ${languageNames[name] ?? name}`)
  const kinds = languages.length > 0 ? `: ${languages.join(', ')}` : ''
  return [
    ...(parts.includes('code')
      ? [`Scanned ${plural(files.scanned ?? 0, 'file')} with ${plural(rules, 'rule')}${kinds}.`]
      : []),
    ...(secrets ? [secretsText(secrets)] : []),
    ...(dependencies ? [dependenciesText(dependencies)] : []),
  ]
}

function secretsText({ files, history }: SecretCoverage): string {
  const commits = history ? ` and ${plural(history.commits, 'commit')}` : ''
  return `Looked for secrets in ${plural(files.scanned, 'file')}${commits}.`
}

function dependenciesText({ files, packages }: DependencyCoverage): string {
  if (files.scanned === 0) return 'No manifest or lockfile is there.'
  const what = `${plural(files.scanned, 'manifest or lockfile', 'manifests and lockfiles')} with ${plural(packages, 'entry', 'entries')}`
  return `Judged ${what}, without a list of known vulnerabilities.`
}

/** What is said where nothing was found: a run that broke off is no clean one. */
export const noneText = ({ incomplete }: ScanDocument): string =>
  incomplete === undefined ? 'No findings.' : 'No findings up to where it broke off.'

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

function coverageTexts(coverage: ScanCoverage): readonly string[] {
  const { skipped, broken_rules, disabled_rules = [], truncated, secrets, dependencies } = coverage
  // The same files are told of once.
  const besidesCode = (own: ScanCoverage['skipped']): ScanCoverage['skipped'] =>
    coverage.parts.includes('code') ? { ...own, denied: 0, vendored: 0 } : own
  const ofManifests = dependencies ? leftOutFiles(besidesCode(dependencies.skipped)) : ''
  const {
    suppressed = 0,
    suppressions_ignored: ignored = 0,
    suppressions_untrusted: untrusted = 0,
    disabled = 0,
    disabled_ignored = 0,
  } = skipped
  return [
    ...(leftOutFiles(skipped) === '' ? [] : [`Files left out, or read with gaps: ${leftOutFiles(skipped)}.`]),
    ...(suppressed > 0
      ? [`${plural(suppressed, 'finding')} ${are(suppressed)} suppressed by comments with a reason.`]
      : []),
    ...(ignored > 0
      ? [
          `${plural(ignored, 'suppressing comment')} ${ignored === 1 ? 'counts' : 'count'} for nothing: ${untrusted > 0 ? 'the repository is not trusted (--trust for this run)' : 'without a reason, or without a rule that there is'}.`,
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
    ...(secrets ? secretTexts({ ...secrets, skipped: besidesCode(secrets.skipped) }) : []),
    ...(ofManifests === '' ? [] : [`Manifests and lockfiles left out: ${ofManifests}.`]),
    ...(truncated ? ['There are more files than one scan takes: name folders to see the rest.'] : []),
  ]
}

/** One line for a file that was not scanned as a whole. */
export function gapText({ file, reason, line, rule, problem }: ScanGap): string {
  const place = line === undefined ? file : `${file}:${line}`
  const what = [
    reason === 'denied' ? 'protected by the profile' : reason.replaceAll('_', ' '),
    rule && `of rule ${rule}`,
    problem?.replace(/\s+/g, ' '),
  ].filter(Boolean)
  return `${place}: ${what.join(', ')}`
}

/** `2 binary, 1 too large`; empty where nothing was left out. */
function leftOutFiles(skipped: ScanCoverage['skipped']): string {
  return Object.entries(skipped)
    .filter(([reason, count]) => count > 0 && !notFiles.has(reason))
    .map(([reason, count]) => `${grouped(count)} ${reasonTexts[reason] ?? reason.replaceAll('_', ' ')}`)
    .join(', ')
}

function secretTexts({ skipped, history }: SecretCoverage): readonly string[] {
  const files = leftOutFiles(skipped)
  const { suppressed = 0, suppressions_ignored: ignored = 0 } = skipped
  const stillThere = history?.still_there ?? 0
  return [
    ...(files === '' ? [] : [`Left out when looking for secrets: ${files}.`]),
    ...(suppressed > 0
      ? [`${plural(suppressed, 'secret')} ${are(suppressed)} suppressed by comments with a reason.`]
      : []),
    ...(ignored > 0
      ? [
          `${plural(ignored, 'secret')} ${are(ignored)} reported in spite of a comment, since the repository is not trusted.`,
        ]
      : []),
    ...(stillThere > 0
      ? [
          `${plural(stillThere, 'secret')} of the history ${stillThere === 1 ? 'stands' : 'stand'} in files still, and ${are(stillThere)} told of there.`,
        ]
      : []),
    ...(history && leftOutFiles(history.skipped) !== ''
      ? [`Changes of the history left out: ${leftOutFiles(history.skipped)}.`]
      : []),
    ...(history?.stopped === undefined ? [] : [`The history was not read to its end: ${history.stopped}.`]),
    ...(history ? [] : ['The git history was not searched for secrets: --history does that.']),
  ]
}

/** All files that were left out or have gaps, whatever was looked for in them. */
export function gapsOf({ gaps, secrets, dependencies }: ScanCoverage): readonly ScanGap[] {
  const known = new Set(gaps.map(({ file, reason }) => `${reason} ${file}`))
  return [
    ...gaps,
    ...(secrets?.gaps ?? []).filter(({ file, reason }) => !known.has(`${reason} ${file}`)),
    ...(dependencies?.gaps ?? []).map((gap) => ({ ...gap, reason: 'not judged' })),
  ]
}

/** `1 finding`, `2 findings`. */
export const plural = (count: number, noun: string, many = `${noun}s`): string =>
  `${grouped(count)} ${count === 1 ? noun : many}`

const are = (count: number): string => (count === 1 ? 'is' : 'are')
