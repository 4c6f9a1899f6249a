import type { Finding } from '../../plugin-api/index.ts'
import { codeFrame, type FrameLine } from './code-frame.ts'
import { html, type Markup, nothing } from './html-text.ts'
import { placeOf, type SourceTexts } from './scan-document.ts'

const maxStepLength = 160

/** One finding with its code, the way of the data, the reason and what to do. `id` is what a link to it names. */
export function findingMarkup(finding: Finding, id: string, sources: SourceTexts): Markup {
  const { severity, rule, cwe, owasp, confidence, message, why, flow, fix, references, file, commit } = finding
  const frame = codeFrame(finding, sources.get(file))
  const rows = [
    ...(why === undefined ? [] : [html`<dt>Why</dt><dd>${why}</dd>`]),
    ...(fix
      ? [html`<dt>Fix</dt><dd>${fix.description}${fix.edits.length > 0 ? ' codex scan --fix does it.' : ''}</dd>`]
      : []),
    ...(references.length > 0 ? [html`<dt>Read</dt><dd>${references.map(referenceLink)}</dd>`] : []),
  ]
  const where = commit === undefined ? nothing : html`<span>commit ${commit.slice(0, 12)}</span>`
  return html`<article class="${severity}" id="${id}" ${dataOf(finding)}>
<h3><span class="tag">${severity}</span>${withCode(message)} <a class="link" href="#${id}" aria-label="Link to this finding">#</a></h3>
<div class="facts"><span class="place">${placeOf(finding)}</span>${where}<code>${rule}</code>${[...cwe, ...owasp].map((each) => html`<span>${each}</span>`)}<span>${confidence} confidence</span></div>
${frame.length > 0 ? html`<pre class="frame">${frame.map(frameLine)}</pre>` : nothing}
${flow.length > 0 ? html`<p class="dim">How the value gets there</p><ol class="path">${flow.map((step, index) => stepMarkup(step, codeOfStep(index, finding, frame, sources), file))}</ol>` : nothing}
${rows.length > 0 ? html`<dl>${rows}</dl>` : nothing}
</article>
`
}

/** A finding without its code, as a row of a table. */
export function findingRow(finding: Finding): Markup {
  const { severity, message, rule } = finding
  return html`<tr class="${severity}" ${dataOf(finding)}><td><span class="tag">${severity}</span></td><td class="place">${placeOf(finding)}</td><td>${message} <code class="dim">${rule}</code></td></tr>\n`
}

/** What the filter of the page asks for. */
function dataOf({ severity, category, file }: Finding): Markup {
  return html`data-severity="${severity}" data-category="${category ?? 'security'}" data-file="${file}"`
}

function stepMarkup({ file, range, message }: Finding['flow'][number], code: string, ownFile: string): Markup {
  const { line } = range.start
  const where = file === ownFile ? `line ${line}` : `${file}, line ${line}`
  return html`<li><span class="dim">${where}:</span> ${withCode(message)}${code === '' ? nothing : html`<code class="line">${code}</code>`}</li>`
}

/** The line of a step; empty where a reader has it before the eyes. */
function codeOfStep(
  index: number,
  { flow, file, commit }: Finding,
  frame: readonly FrameLine[],
  sources: SourceTexts,
): string {
  const [step, before] = [flow[index], flow[index - 1]]
  if (!step || commit !== undefined) return ''
  const { line } = step.range.start
  const isInFrame = step.file === file && frame.some(({ number }) => number === line)
  if (isInFrame || (before?.file === step.file && before.range.start.line === line)) return ''
  const code = (sources.get(step.file)?.split(/\r?\n/, line)[line - 1] ?? '').trim()
  return code.length > maxStepLength ? `${code.slice(0, maxStepLength)}…` : code
}

/** What stands in backticks is code, which may hold backticks of its own where it goes on to the end. */
function withCode(message: string): Markup {
  const one = /^([^`]*)`([\s\S]+)`$/.exec(message)
  if (one && !/` \w+ `/.test(message)) return html`${one[1] ?? ''}<code>${one[2] ?? ''}</code>`
  const parts = message.split('`')
  if (parts.length % 2 === 0) return html`${message}`
  return html`${parts.map((part, index) => (index % 2 === 1 ? html`<code>${part}</code>` : html`${part}`))}`
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
