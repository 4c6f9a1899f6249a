import type { Finding } from '../../plugin-api/index.ts'
import { severities } from '../../plugin-api/index.ts'
import { codeFrame } from './code-frame.ts'
import { gapsOf, gapText, leftOutTexts, noneText, plural, scannedTexts } from './describe-coverage.ts'
import { inlineCode, longestRun, plainMarkdown } from './markdown-text.ts'
import { printableLine, printableText } from './printable-text.ts'
import { placeOf, type ScanDocument, type SourceTexts } from './scan-document.ts'

/** The report as Markdown (CommonMark), a section for each finding. What code and rules say stays text: no markup of theirs counts. */
export function renderScanMarkdown(document: ScanDocument, sources: SourceTexts): string {
  const { counts, findings, coverage, program } = document
  const files = new Set(findings.map(({ file }) => file)).size
  const parts = severities
    .filter((severity) => counts[severity] > 0)
    .map((severity) => `${counts[severity]} ${severity}`)
  const head =
    counts.total === 0
      ? noneText(document)
      : `**${plural(counts.total, 'finding')} in ${plural(files, 'file')}:** ${parts.join(', ')}.`
  const sections = severities.flatMap((severity) => {
    const own = findings.filter((finding) => finding.severity === severity)
    return own.length === 0
      ? []
      : [`## ${severity.toUpperCase()} (${own.length})`, ...own.map((finding) => section(finding, sources))]
  })
  const left = leftOutTexts(document)
  const gaps = coverage ? gapsOf(coverage) : []
  const about = [
    ...(coverage ? scannedTexts(coverage) : []),
    [...left.map((text) => `- ${plainMarkdown(text)}`), ...gaps.map((gap) => `- ${plainMarkdown(gapText(gap))}`)].join(
      '\n',
    ),
    `Made by ${program.name} ${program.version} at ${document.scanned_at}.`,
  ]
  const warning =
    document.incomplete === undefined ? '' : `**This report is not complete.** ${plainMarkdown(document.incomplete)}`
  return `${['# Scan report', warning, head, ...sections, '## What was scanned', ...about].filter(Boolean).join('\n\n')}\n`
}

function section(finding: Finding, sources: SourceTexts): string {
  const { rule, cwe, owasp, confidence, message, why, flow, fix, references, file } = finding
  const frame = codeFrame(finding, sources.get(file))
  const width = Math.max(...frame.map(({ number }) => String(number ?? '').length), 0)
  const code = frame.map(({ number, text, mark }) =>
    `${mark ? '>' : ' '} ${String(number ?? '⋮').padStart(width)} | ${text}`.trimEnd(),
  )
  const steps = flow.map((step, index) => {
    const where =
      step.file === file ? `line ${step.range.start.line}` : `${inlineCode(step.file)}, line ${step.range.start.line}`
    return `${index + 1}. ${where}: ${withCode(step.message)}`
  })
  const facts = [
    inlineCode(rule),
    ...cwe.map(plainMarkdown),
    ...owasp.map(plainMarkdown),
    `${confidence} confidence`,
  ].join(' · ')
  return [
    `### ${inlineCode(placeOf(finding))}`,
    `${withCode(message)}  \n${facts}`,
    ...(code.length > 0 ? [fenced(code.join('\n'))] : []),
    ...(steps.length > 0 ? ['How the value gets there:', steps.join('\n')] : []),
    ...(why === undefined ? [] : [`**Why:** ${withCode(why)}`]),
    ...(fix ? [`**Fix:** ${withCode(fix.description)}`] : []),
    ...(references.length > 0 ? [references.map((url) => `- ${link(url)}`).join('\n')] : []),
  ].join('\n\n')
}

/** What stands between backticks is code, all else is as it is written. */
function withCode(text: string): string {
  const parts = text.replace(/\s+/g, ' ').match(/`[^`]+`|[^`]+|`/g) ?? []
  return parts
    .map((part) => {
      if (/^`.+`$/.test(part)) return inlineCode(part.slice(1, -1))
      const [, before, words = '', after] = /^( ?)(.*?)( ?)$/.exec(part) ?? []
      return `${before}${plainMarkdown(words)}${after}`
    })
    .join('')
}

/** An address between angle brackets, in which nothing is escaped (CommonMark 6.5). */
function link(url: string): string {
  const line = printableLine(url)
  return /^https?:\/\/[^\s<>]+$/.test(line) ? `<${line}>` : plainMarkdown(line)
}

function fenced(code: string): string {
  const fence = '`'.repeat(Math.max(3, longestRun(code) + 1))
  return `${fence}\n${printableText(code)}\n${fence}`
}
