import type { Finding, Severity } from '../plugin-api/index.ts'
import { terminalLine } from '../plugin-api/terminal-text.ts'
import type { Colours, Paint } from './colours.ts'

const maxUnnamed = 20

const placeOf = ({ file, range }: Finding): string => `${file}:${range.start.line}:${range.start.column}`

/**
 * Findings whose file and line the message does not name, so that none is lost: behind the message, the first few of those
 * that weigh most, and how many more there are.
 */
export function unnamedFindings(findings: readonly Finding[], message: string, paint: Colours): readonly string[] {
  const said = onOneLine(message)
  const unnamed = findings.filter(({ file, range }) => !said.includes(onOneLine(`${file}:${range.start.line}`)))
  const weighty = unnamed.filter(({ severity }) => message === '' || !/^(?:low|info)$/.test(severity))
  const shown = weighty.slice(0, maxUnnamed).map((finding) => findingText(finding, paint))
  const more = unnamed.length - shown.length
  return [
    ...(message !== '' && unnamed.length > 0 ? [''] : []),
    ...(message !== '' && shown.length > 0 ? ['Found, and not named above:'] : []),
    ...shown,
    ...(more > 0
      ? [`${shown.length > 0 ? '… and ' : 'Not named above: '}${more} more; --findings FILE writes all of them`]
      : []),
  ]
}

/** A report names a file on one line, whatever it is called. */
const onOneLine = (text: string): string => text.replace(/[\p{Cc}\s]+/gu, ' ')

function findingText(finding: Finding, paint: Colours): string {
  const severity = severityColour(finding.severity, paint)(finding.severity)
  const place = paint.bold(terminalLine(placeOf(finding)))
  return `${severity} ${place} ${terminalLine(finding.message)} ${paint.dim(`[${terminalLine(finding.rule)}]`)}`
}

function severityColour(severity: Severity, paint: Colours): Paint {
  if (severity === 'critical' || severity === 'high') return paint.red
  return severity === 'medium' ? paint.yellow : paint.dim
}
