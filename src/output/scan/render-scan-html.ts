import { createHash } from 'node:crypto'
import type { Finding, Severity } from '../../plugin-api/index.ts'
import { severities } from '../../plugin-api/index.ts'
import { codeFrame, type FrameLine } from './code-frame.ts'
import { gapsOf, gapText, leftOutTexts, plural, scannedTexts } from './describe-coverage.ts'
import { pageScript, pageStyle } from './html-style.ts'
import { html, type Markup, nothing } from './html-text.ts'
import { placeOf, type ScanDocument, type SourceTexts } from './scan-document.ts'

/** Findings with code; a page of more is too heavy to open, so the rest are rows of a table. */
const maxFramed = 1000
const maxGaps = 200

/**
 * The report as one page that needs nothing but itself. What code and rules say is text: every value is escaped, and the page's
 * policy (Content-Security-Policy) lets run no other script than its own, by its hash.
 */
export function renderScanHtml(document: ScanDocument, sources: SourceTexts): string {
  const { counts, findings } = document
  const framed = findings.slice(0, maxFramed)
  const policy = `default-src 'none'; style-src '${hashOf(pageStyle)}'; script-src '${hashOf(pageScript)}'; base-uri 'none'; form-action 'none'`
  const groups = severities.flatMap((severity) => {
    const own = framed.filter((finding) => finding.severity === severity)
    return own.length === 0 ? [] : [group(severity, counts[severity], own, sources)]
  })
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${{ markup: policy }}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>Scan report: ${plural(counts.total, 'finding')}</title>
<style>${{ markup: pageStyle }}</style>
</head>
<body>
<main>
${head(document)}
${counts.total > 0 ? filter(document) : nothing}
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

function head({ counts, findings, paths, coverage }: ScanDocument): Markup {
  const files = new Set(findings.map(({ file }) => file)).size
  const where = paths.length > 0 ? paths.join(', ') : 'the working directory'
  const said =
    counts.total === 0
      ? html`<p><b>No findings</b> in ${where}. Rules see patterns, so this is no proof that nothing is wrong.</p>`
      : html`<p><b>${plural(counts.total, 'finding')}</b> in ${plural(files, 'file')} of ${where}.</p>`
  const tiles = severities.map((severity) => {
    const count = html`<b>${counts[severity]}</b> ${severity}`
    const body = counts[severity] > 0 ? html`<a href="#${severity}">${count}</a>` : count
    return html`<li class="${severity}${counts[severity] === 0 ? ' zero' : ''}">${body}</li>`
  })
  return html`<header>
<h1>Scan report</h1>
${said}
${coverage ? html`<p class="dim">${scannedTexts(coverage).join(' ')}</p>` : nothing}
<ul class="tiles">${tiles}</ul>
</header>`
}

function filter({ counts }: ScanDocument): Markup {
  const boxes = severities
    .filter((severity) => counts[severity] > 0)
    .map((severity) => html`<label><input type="checkbox" value="${severity}" checked> ${severity}</label>`)
  return html`<div class="filter" role="search" hidden>
<input type="search" placeholder="File, rule, CWE, words" aria-label="Show findings with these words">
${boxes}
<output class="dim"></output>
</div>`
}

function group(severity: Severity, count: number, findings: readonly Finding[], sources: SourceTexts): Markup {
  return html`<section class="group ${severity}" id="${severity}">
<h2>${severity.charAt(0).toUpperCase() + severity.slice(1)} <span class="dim">${count}</span></h2>
${findings.map((finding) => article(finding, sources))}
</section>
`
}

function article(finding: Finding, sources: SourceTexts): Markup {
  const { severity, rule, cwe, owasp, confidence, message, why, flow, fix, references, file } = finding
  const frame = codeFrame(finding, sources.get(file))
  const steps = flow.map((step) => {
    const where = step.file === file ? `line ${step.range.start.line}` : `${step.file}, line ${step.range.start.line}`
    return html`<li><span class="dim">${where}:</span> ${withCode(step.message)}</li>`
  })
  const rows = [
    ...(why === undefined ? [] : [html`<dt>Why</dt><dd>${why}</dd>`]),
    ...(fix ? [html`<dt>Fix</dt><dd>${fix.description}</dd>`] : []),
    ...(references.length > 0 ? [html`<dt>Read</dt><dd>${references.map(referenceLink)}</dd>`] : []),
  ]
  return html`<article class="${severity}" data-severity="${severity}">
<h3><span class="tag">${severity}</span>${message}</h3>
<div class="facts"><span class="place">${placeOf(finding)}</span><code>${rule}</code>${[...cwe, ...owasp].map((each) => html`<span>${each}</span>`)}<span>${confidence} confidence</span></div>
${frame.length > 0 ? html`<pre class="frame">${frame.map(frameLine)}</pre>` : nothing}
${steps.length > 0 ? html`<p class="dim">How the value gets there</p><ol>${steps}</ol>` : nothing}
${rows.length > 0 ? html`<dl>${rows}</dl>` : nothing}
</article>
`
}

/** What a message has in its one pair of backticks is code. */
function withCode(message: string): Markup {
  const [before = '', code = '', after = '', ...more] = message.split('`')
  const hasPair = more.length === 0 && message.length > before.length + code.length + 1
  return hasPair ? html`${before}<code>${code}</code>${after}` : html`${message}`
}

function frameLine({ number, text, mark }: FrameLine): Markup {
  if (!mark) return html`<span><i>${number ?? '⋮'}</i>${text}</span>`
  const { from, to } = mark
  return html`<span class="hit"><i>${number ?? ''}</i>${text.slice(0, from)}<mark>${text.slice(from, to)}</mark>${text.slice(to)}</span>`
}

/** Only addresses of the web are links: rules come from anywhere. */
function referenceLink(url: string): Markup {
  const isWeb = /^https?:\/\//i.test(url) && URL.canParse(url)
  return isWeb ? html`<div><a href="${url}" rel="noopener noreferrer">${url}</a></div>` : html`<div>${url}</div>`
}

function restTable(findings: readonly Finding[]): Markup {
  if (findings.length === 0) return nothing
  const rows = findings.map(
    (finding) =>
      html`<tr class="${finding.severity}" data-severity="${finding.severity}"><td><span class="tag">${finding.severity}</span></td><td class="place">${placeOf(finding)}</td><td>${finding.message} <code class="dim">${finding.rule}</code></td></tr>\n`,
  )
  return html`<section class="group"><h2>${plural(findings.length, 'finding')} more, without code</h2>
<table>${rows}</table></section>`
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
