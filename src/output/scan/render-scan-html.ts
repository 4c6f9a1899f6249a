import { createHash } from 'node:crypto'
import { grouped } from '../../plugin-api/grouped.ts'
import type { Finding, Severity } from '../../plugin-api/index.ts'
import { severities } from '../../plugin-api/index.ts'
import { gapsOf, gapText, leftOutTexts, plural } from './describe-coverage.ts'
import { findingMarkup, findingRow } from './html-finding.ts'
import { pageScript, pageStyle } from './html-style.ts'
import { filterMarkup, summaryMarkup } from './html-summary.ts'
import { html, type Markup, nothing } from './html-text.ts'
import type { ScanDocument, SourceTexts } from './scan-document.ts'

/** Findings with code; a page of more is too heavy to open, so the rest are rows of a table. */
const maxFramed = 1000
const maxGaps = 200

/**
 * The report as one page that needs nothing but itself. What code and rules say is text: every value is escaped, and the page's
 * policy (Content-Security-Policy) lets run no other script than its own, by its hash.
 */
export function renderScanHtml(document: ScanDocument, sources: SourceTexts): string {
  const { counts, findings, project } = document
  const framed = findings.slice(0, maxFramed)
  const policy = `default-src 'none'; style-src '${hashOf(pageStyle)}'; script-src '${hashOf(pageScript)}'; base-uri 'none'; form-action 'none'`
  const idOf = anchors(framed)
  const groups = severities.flatMap((severity) => {
    const own = framed.filter((finding) => finding.severity === severity)
    return own.length === 0 ? [] : [group(severity, counts[severity], own, idOf, sources)]
  })
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${{ markup: policy }}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>Scan report${project === undefined ? '' : ` of ${project}`}: ${plural(counts.total, 'finding')}</title>
<style>${{ markup: pageStyle }}</style>
</head>
<body>
<main>
${summaryMarkup(document)}
${counts.total > 0 ? filterMarkup(document) : nothing}
${groups}
${restTable(findings.slice(maxFramed))}
${about(document)}
</main>
<script>${{ markup: pageScript }}</script>
</body>
</html>
`
  return page.markup
}

const hashOf = (text: string): string => `sha256-${createHash('sha256').update(text).digest('base64')}`

/** Names for links, the same in the next report where the finding is the same. */
function anchors(findings: readonly Finding[]): (finding: Finding) => string {
  const used = new Map<string, number>()
  const ids = new Map(
    findings.map((finding) => {
      const id = `f${finding.fingerprint.replace(/\W/g, '').slice(0, 12)}`
      const count = (used.get(id) ?? 0) + 1
      used.set(id, count)
      return [finding, count === 1 ? id : `${id}_${count}`]
    }),
  )
  return (finding) => ids.get(finding) ?? ''
}

function group(
  severity: Severity,
  count: number,
  findings: readonly Finding[],
  idOf: (finding: Finding) => string,
  sources: SourceTexts,
): Markup {
  return html`<section class="group ${severity}" id="${severity}">
<h2>${severity.charAt(0).toUpperCase() + severity.slice(1)} <span class="dim">${grouped(count)}</span></h2>
${findings.map((finding) => findingMarkup(finding, idOf(finding), sources))}
</section>
`
}

function restTable(findings: readonly Finding[]): Markup {
  if (findings.length === 0) return nothing
  return html`<section class="group"><h2>${plural(findings.length, 'finding')} more, without code</h2>
<table>${findings.map(findingRow)}</table></section>`
}

function about(document: ScanDocument): Markup {
  const { coverage, program, scanned_at: at } = document
  const gaps = coverage ? gapsOf(coverage) : []
  const items = [...leftOutTexts(document), ...gaps.slice(0, maxGaps).map(gapText)].map(
    (text) => html`<li>${text}</li>`,
  )
  const more = gaps.length > maxGaps ? html`<li>… and ${gaps.length - maxGaps} more files.</li>` : nothing
  const left = items.length > 0 ? html`<h2>What was left out</h2><ul class="plain">${items}${more}</ul>` : nothing
  return html`${left}
<footer>Made by ${program.name} ${program.version} on <time datetime="${at}">${at.slice(0, 16).replace('T', ' ')} UTC</time>.</footer>`
}
