import { grouped } from '../../plugin-api/grouped.ts'
import type { RunResult, TaskOutcome } from '../../plugin-api/run.ts'
import { durationText } from '../duration-text.ts'
import { html, type Markup, nothing } from '../scan/html-text.ts'
import { chosenText, playbookText, sourceText, summaryText } from './run-text.ts'

const style = `
:root{color-scheme:light dark;--bg:#fff;--soft:#f6f7f9;--line:#dfe3e8;--text:#1b1f24;--dim:#5b6570;--good:#1a7f37;--bad:#a4133c;--held:#92600a}
@media (prefers-color-scheme:dark){:root{--bg:#14171b;--soft:#1c2127;--line:#313842;--text:#e4e8ec;--dim:#9aa5b1;--good:#57c17a;--bad:#ff7a98;--held:#e8b84a}}
*{box-sizing:border-box}
body{margin:0;background:var(--bg);color:var(--text);font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;overflow-wrap:anywhere}
main{max-width:60rem;margin:0 auto;padding:2.5rem 1.25rem 4rem}
h1{font-size:1.6rem;line-height:1.25;margin:0 0 .25rem;white-space:pre-wrap}
h2{font-size:1.15rem;margin:2.5rem 0 .75rem}
.dim{color:var(--dim);font-size:.9rem}
.note{padding:.6rem 1rem;border-left:4px solid var(--held);background:var(--soft);border-radius:0 .5rem .5rem 0}
.tables{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:.9rem}
th{color:var(--dim);font-weight:600}
td,th{text-align:left;padding:.35rem .8rem .35rem 0;border-bottom:1px solid var(--line);vertical-align:top}
.number{text-align:right;font-variant-numeric:tabular-nums}
.done{color:var(--good)}.failed,.critical,.high{color:var(--bad)}.blocked,.cancelled,.medium{color:var(--held)}
code,pre{font:.85rem/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace}
pre{white-space:pre-wrap;margin:.4rem 0 1rem;padding:.8rem 1rem;border:1px solid var(--line);border-radius:.4rem;background:var(--soft)}
summary{cursor:pointer;margin:.4rem 0}
summary:focus-visible{outline:2px solid var(--text)}
li{margin:.25rem 0}
@media print{main{max-width:none;padding:0}details{break-inside:avoid}}
`.trim()

/** The result of a run as one page that needs nothing else and runs no script. All that agents said is text in it. */
export function runHtml(result: RunResult): string {
  const { goal, plan, results, merged, run_id: id, usage, workflow } = result
  const made = workflow === undefined ? sourceText[plan.source] : `${sourceText[plan.source]}, ${workflow}`
  const tokens = grouped(usage.input_tokens + usage.output_tokens)
  const note = playbookText(result)
  const chosen = chosenText(merged)
  const title = goal.split('\n', 1)[0]?.slice(0, 120) ?? ''
  const page = html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${title}</title><style>${{ markup: style }}</style></head><body><main>
<h1>${goal}</h1>
<p><b>${summaryText(result)}</b></p>
<p class="dim">${made} · strategy ${plan.strategy} · merge ${plan.merge} · at most ${plan.max_parallel} at once · ${tokens} tokens · run ${id}</p>
${note === undefined ? nothing : html`<p class="note">${note}</p>`}
<h2>Tasks</h2>
<div class="tables"><table><thead><tr><th>Task</th><th>Agent</th><th>State</th><th>Answered by</th><th class="number">Findings</th><th class="number">Time</th></tr></thead>
<tbody>${results.map(taskRow)}</tbody></table></div>
<h2>Result</h2>
${chosen === undefined ? nothing : html`<p class="note">${chosen}</p>`}
<pre>${merged.text.trim()}</pre>
${merged.strategy === 'concatenate' ? nothing : answersOf(result)}
${findingsOf(result)}
</main></body></html>
`
  return page.markup
}

function taskRow({ task, title, agent, state, reason, engine, findings, duration_ms: ms }: TaskOutcome): Markup {
  const why = reason === undefined ? nothing : html`<br><span class="dim">${reason}</span>`
  return html`<tr><td><b>${task}</b><br><span class="dim">${title}</span></td><td>${agent ?? 'nobody'}</td><td><span class="${state}">${state}</span>${why}</td><td>${engine ?? ''}</td><td class="number">${findings}</td><td class="number">${durationText(ms)}</td></tr>
`
}

/** Every answer that was scored, the losing ones too. */
function answersOf({ merged, results }: RunResult): Markup {
  const answers = merged.answers.map(({ task, score, votes }) => {
    const text = results.find((each) => each.task === task)?.text ?? ''
    const given = votes.map((vote) => html`<li>${vote.by}: ${vote.score}, ${vote.reason}</li>`)
    return html`<details><summary>${task}: ${score ?? 'unscored'}</summary><ul>${given}</ul><pre>${text}</pre></details>
`
  })
  return html`<h2>Scores</h2>
${answers}`
}

function findingsOf({ merged }: RunResult): Markup {
  if (merged.findings.length === 0) return nothing
  const rows = merged.findings.map(({ finding, authors }) => {
    const { severity, file, range, message, rule } = finding
    return html`<tr><td class="${severity}">${severity}</td><td><code>${file}:${range.start.line}</code></td><td>${message}<br><span class="dim">${rule}</span></td><td>${authors.join(', ')}</td></tr>
`
  })
  return html`<h2>Findings of all agents</h2>
<div class="tables"><table><thead><tr><th>Severity</th><th>Place</th><th>What</th><th>Reported by</th></tr></thead><tbody>${rows}</tbody></table></div>`
}
