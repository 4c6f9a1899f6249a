import type { Finding } from '../../plugin-api/index.ts'
import { terminalLine } from '../../plugin-api/terminal-text.ts'
import { colours } from '../colours.ts'
import { codeFrame } from './code-frame.ts'
import { restText, scanSummary } from './render-scan-human.ts'
import type { ScanDocument, SourceTexts } from './scan-document.ts'

/** As many as the report with frames shows. */
const maxShown = 100

/** The report of a scan for a screen reader: full lines, each with a label; no frames, marks or colours. */
export function renderScanPlain(document: ScanDocument, sources: SourceTexts): string {
  const none = colours(false)
  const shown = document.findings.slice(0, maxShown)
  const rest = document.findings.slice(maxShown)
  const findings = shown.map((finding, index) => findingLines(finding, index + 1, document.findings.length, sources))
  const parts = [...findings.map((lines) => lines.join('\n')), ...(rest.length > 0 ? [restText(rest, none)] : [])]
  return `${[...parts, scanSummary(document, none)].join('\n\n')}\n`
}

function findingLines(finding: Finding, number: number, count: number, sources: SourceTexts): readonly string[] {
  const { severity, confidence, rule, cwe, message, why, flow, fix, file, range } = finding
  const line = (label: string, text: string) => `${label}: ${terminalLine(text.replace(/\s+/g, ' ').trim())}`
  const marked = codeFrame(finding, sources.get(file)).filter(({ mark }) => mark)
  return [
    `Finding ${number} of ${count}: ${severity} severity, ${confidence} confidence.`,
    line('Place', `${file}, line ${range.start.line}, column ${range.start.column}`),
    line('Problem', message),
    line('Rule', [rule, ...cwe].join(', ')),
    ...marked.map(({ number: at, text }) => `Code, line ${at ?? 'unknown'}: ${terminalLine(text.trim())}`),
    ...flow.map((step, index) =>
      line(
        index === 0 ? 'Flow begins' : 'Flow goes on',
        `${step.file}, line ${step.range.start.line}, ${step.message}`,
      ),
    ),
    ...(why === undefined ? [] : [line('Why', why)]),
    ...(fix ? [line('Fix', `${fix.description}${fix.edits.length > 0 ? ' --fix does it.' : ''}`)] : []),
  ]
}
