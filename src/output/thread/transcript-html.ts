import { grouped } from '../../plugin-api/grouped.ts'
import type { ThreadItem, ThreadTranscript, ThreadTurn } from '../../plugin-api/index.ts'
import { html, type Markup, nothing } from '../scan/html-text.ts'
import { plainItem } from './plain-item.ts'
import { subjectOf } from './thread-list.ts'

const style = `
:root{color-scheme:light dark;--bg:#fff;--soft:#f6f7f9;--line:#dfe3e8;--text:#1b1f24;--dim:#5b6570;--you:#0b57d0;--bad:#a4133c}
@media (prefers-color-scheme:dark){:root{--bg:#14171b;--soft:#1c2127;--line:#313842;--text:#e4e8ec;--dim:#9aa5b1;--you:#8ab4f8;--bad:#ff7a98}}
*{box-sizing:border-box}
body{margin:0;background:var(--bg);color:var(--text);font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;overflow-wrap:anywhere}
main{max-width:52rem;margin:0 auto;padding:2.5rem 1.25rem 4rem}
h1{font-size:1.6rem;line-height:1.25;margin:0 0 .25rem}
.dim{color:var(--dim);font-size:.9rem}
h2,h3{font-size:.9rem;font-weight:600;color:var(--dim);margin:0 0 .5rem}
h3{margin:1rem 0 .25rem}
section{margin:2rem 0 0;padding:1.5rem 0 0;border-top:1px solid var(--line)}
.prompt{white-space:pre-wrap;margin:0 0 1rem;padding:.6rem 1rem;border-left:4px solid var(--you);background:var(--soft);border-radius:0 .5rem .5rem 0}
.answer{white-space:pre-wrap;margin:1rem 0}
details,.fact{margin:.4rem 0;color:var(--dim);font-size:.9rem}
summary{cursor:pointer}
summary:focus-visible{outline:2px solid var(--you)}
b{font-weight:600;color:var(--text)}
pre{margin:.4rem 0 .8rem;padding:.6rem .8rem;border:1px solid var(--line);border-radius:.4rem;background:var(--soft);color:var(--text);overflow-x:auto;font:.82rem/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;white-space:pre-wrap}
.bad,.bad b{color:var(--bad)}
@media print{details{break-inside:avoid}main{max-width:none;padding:0}}
`.trim()

/** A kept thread as one page that needs nothing else and runs no script. */
export function transcriptHtml({ thread, turns, usage }: ThreadTranscript): string {
  const facts = [thread.created, thread.model, thread.agent && `agent ${thread.agent}`, `${turns.length} turns`].filter(
    Boolean,
  )
  const tokens = usage.input_tokens + usage.output_tokens
  const page = html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${subjectOf(thread)}</title><style>${{ markup: style }}</style></head><body><main>
<h1>${subjectOf(thread)}</h1>
<p class="dim">${facts.join(' · ')}<br>${thread.id} · ${grouped(tokens)} tokens</p>
${turns.map((turn, index) => turnHtml(turn, index))}
</main></body></html>
`
  return page.markup
}

function turnHtml({ prompt, items, status, error }: ThreadTurn, index: number): Markup {
  const end = status === 'completed' ? nothing : html`<p class="fact bad"><b>${status}</b> ${error ?? ''}</p>`
  const id = `turn-${index + 1}`
  return html`<section aria-labelledby="${id}"><h2 id="${id}">Turn ${index + 1}</h2><h3>Asked</h3><div class="prompt">${prompt}</div>${items.map(itemHtml)}${end}</section>
`
}

function itemHtml(item: ThreadItem): Markup {
  if (item.type === 'agent_message') return html`<h3>Answered</h3><div class="answer">${item.text.trimEnd()}</div>`
  const { label, head, body } = plainItem(item)
  if (label === '') return nothing
  const tone = item.type === 'denial' || item.type === 'error' ? 'bad' : ''
  if (body.trim() === '') return html`<p class="fact ${tone}"><b>${label}</b> ${head}</p>`
  return html`<details><summary><b>${label}</b> ${head}</summary><pre>${body.trimEnd()}</pre></details>`
}
