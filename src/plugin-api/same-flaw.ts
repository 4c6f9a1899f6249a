import type { Finding } from './finding.ts'
import { mergeFindings } from './merge-findings.ts'

/**
 * Whether two findings of different authors are about one flaw: the same rule at the same place, what `mergeFindings` takes as one, or the same claim
 * (a weakness that both name, or the same message) about lines that they share.
 */
export function isSameFlaw(a: Finding, b: Finding): boolean {
  if (a.file !== b.file || a.commit !== b.commit) return false
  if (a.rule === b.rule && a.range.start.line === b.range.start.line && a.range.start.column === b.range.start.column) {
    return true
  }
  if (!sharesLines(a, b)) return mergeFindings([a, b]).length === 1
  return (
    a.cwe.some((id) => b.cwe.includes(id)) ||
    words(a.message) === words(b.message) ||
    mergeFindings([a, b]).length === 1
  )
}

function sharesLines(a: Finding, b: Finding): boolean {
  return a.range.start.line <= b.range.end.line && b.range.start.line <= a.range.end.line
}

const words = (text: string): string =>
  text
    .toLowerCase()
    .match(/[\p{L}\p{N}]+/gu)
    ?.join(' ') ?? text
