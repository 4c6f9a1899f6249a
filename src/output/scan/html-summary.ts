import { grouped } from '../../plugin-api/grouped.ts'
import type { Finding } from '../../plugin-api/index.ts'
import { categories, severities } from '../../plugin-api/index.ts'
import { noneText, plural, scannedTexts } from './describe-coverage.ts'
import { html, type Markup, nothing } from './html-text.ts'
import type { ScanDocument } from './scan-document.ts'

/** Fewer findings are seen at a glance. */
const leastForTables = 12
const maxRows = 10
/** A choice of more is no help: the search takes names as well. */
const maxFiles = 300

/** What was found and where, in numbers. */
export function summaryMarkup(document: ScanDocument): Markup {
  const { counts, findings, paths, coverage, project } = document
  const files = new Set(findings.map(({ file }) => file)).size
  const where = paths.length > 0 ? paths.join(', ') : 'the working directory'
  const warning =
    document.incomplete === undefined
      ? nothing
      : html`<p><b>This report is not complete.</b> ${document.incomplete}</p>`
  const said =
    counts.total === 0
      ? html`<p><b>${noneText(document).replace(/\.$/, '')}</b> in ${where}. Rules see patterns, so this is no proof that nothing is wrong.</p>`
      : html`<p><b>${plural(counts.total, 'finding')}</b> in ${plural(files, 'file')} of ${where}.</p>`
  const tiles = severities.map((severity) => {
    const count = html`<b>${grouped(counts[severity])}</b> ${severity}`
    const body = counts[severity] > 0 ? html`<a href="#${severity}">${count}</a>` : count
    return html`<li class="${severity}${counts[severity] === 0 ? ' zero' : ''}">${body}</li>`
  })
  return html`<header>
<h1>Scan report${project === undefined ? nothing : html`: ${project}`}</h1>
${warning}${said}
${coverage ? html`<p class="dim">${scannedTexts(coverage).join(' ')}</p>` : nothing}
<ul class="tiles">${tiles}</ul>
${findings.length < leastForTables ? nothing : tables(findings)}
</header>`
}

/** The controls of the page, which its script shows. */
export function filterMarkup({ counts, findings }: ScanDocument): Markup {
  const boxes = severities
    .filter((severity) => counts[severity] > 0)
    .map((severity) => html`<label><input type="checkbox" value="${severity}" checked> ${severity}</label>`)
  const kinds = categories.filter((each) => findings.some(({ category = 'security' }) => category === each))
  const files = [...new Set(findings.map(({ file }) => file))].toSorted()
  return html`<div class="filter" role="search" hidden>
<input type="search" placeholder="File, rule, CWE, words" aria-label="Show findings with these words">
${kinds.length > 1 ? choice('category', 'All categories', kinds) : nothing}
${files.length > 1 && files.length <= maxFiles ? choice('file', 'All files', files) : nothing}
<div class="boxes">${boxes}</div>
<output class="dim"></output>
</div>`
}

function choice(name: string, all: string, values: readonly string[]): Markup {
  const options = values.map((value) => html`<option value="${value}">${value}</option>`)
  return html`<select name="${name}" aria-label="Show findings of one ${name}"><option value="">${all}</option>${options}</select>`
}

function tables(findings: readonly Finding[]): Markup {
  return html`<details><summary>By rule and by file</summary>
<div class="tables">${countTable('Rule', findings, ({ rule }) => rule)}${countTable('File', findings, ({ file }) => file)}</div></details>`
}

/** The most frequent first. */
function countTable(title: string, findings: readonly Finding[], nameOf: (finding: Finding) => string): Markup {
  const all = [...Map.groupBy(findings, nameOf)].toSorted(([, a], [, b]) => b.length - a.length)
  const rows = all
    .slice(0, maxRows)
    .map(([name, own]) => html`<tr><td class="count">${grouped(own.length)}</td><td class="place">${name}</td></tr>`)
  const rest = all.slice(maxRows).reduce((sum, [, own]) => sum + own.length, 0)
  const more =
    rest > 0
      ? html`<tr class="dim"><td class="count">${grouped(rest)}</td><td>in ${plural(all.length - maxRows, `other ${title.toLowerCase()}`)}</td></tr>`
      : nothing
  return html`<table><thead><tr><th scope="col" class="count">Findings</th><th scope="col">${title}</th></tr></thead><tbody>${rows}${more}</tbody></table>`
}
