import { grouped } from '../../plugin-api/grouped.ts'
import type { RunResult } from '../../plugin-api/run.ts'
import { durationText } from '../duration-text.ts'
import { inlineCode, plainMarkdown } from '../scan/markdown-text.ts'
import { safeMarkdown } from '../thread/safe-markdown.ts'
import { chosenText, playbookText, sourceText, summaryText } from './run-text.ts'

/** The result of a run as one Markdown document. What agents say keeps its form and does nothing else: no HTML, no image, no link. */
export function runMarkdown(result: RunResult): string {
  const { goal, plan, results, merged, run_id: id, usage, workflow } = result
  const rows = results.map(({ task, title, agent, state, engine, attempts, findings, duration_ms: ms, reason }) =>
    row([
      inlineCode(task),
      plainMarkdown(title),
      plainMarkdown(agent ?? 'nobody'),
      plainMarkdown(reason === undefined ? state : `${state}: ${reason}`),
      plainMarkdown(engine ?? ''),
      String(attempts),
      String(findings),
      durationText(ms),
    ]),
  )
  const made = workflow === undefined ? sourceText[plan.source] : `${sourceText[plan.source]}, ${workflow}`
  const about = `${made}; strategy ${plan.strategy}, merge ${plan.merge}, at most ${plan.max_parallel} at once`
  const tokens = usage.input_tokens + usage.output_tokens
  return `${[
    `# ${plainMarkdown(goal)}`,
    `**${plainMarkdown(summaryText(result))}**`,
    ...[playbookText(result)].flatMap((text) => (text === undefined ? [] : [plainMarkdown(text)])),
    '## Tasks',
    [row(['task', 'title', 'agent', 'state', 'answered by', 'attempts', 'findings', 'time']), row(rule), ...rows].join(
      '\n',
    ),
    plainMarkdown(about),
    '## Result',
    ...[chosenText(merged)].flatMap((text) => (text === undefined ? [] : [plainMarkdown(text)])),
    safeMarkdown(deeper(merged.text.trim())),
    ...scores(result),
    ...findingsOf(result),
    `Run ${id}, ${grouped(tokens)} tokens.`,
  ].join('\n\n')}\n`
}

const rule = ['---', '---', '---', '---', '---', '---:', '---:', '---:']
const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`

function scores({ merged }: RunResult): readonly string[] {
  if (merged.strategy === 'concatenate') return []
  const lines = merged.answers.flatMap(({ task, score, votes }) => [
    `- ${inlineCode(task)}: ${score ?? 'unscored'}`,
    ...votes.map(({ by, score: given, reason }) => `  - ${inlineCode(by)}: ${given}, ${plainMarkdown(reason)}`),
  ])
  return ['## Scores', lines.join('\n')]
}

function findingsOf({ merged }: RunResult): readonly string[] {
  if (merged.findings.length === 0) return []
  const lines = merged.findings.map(({ finding, authors }) => {
    const { severity, file, range, message, rule: id } = finding
    const who = authors.map(plainMarkdown).join(', ')
    return `- **${severity}** ${inlineCode(`${file}:${range.start.line}`)} ${plainMarkdown(message)} (${inlineCode(id)}; ${who})`
  })
  return ['## Findings of all agents', lines.join('\n')]
}

/** Headings of agents stand below those of the document; what stands in a fence is no heading. */
function deeper(text: string): string {
  let fence = ''
  return text
    .split('\n')
    .map((line) => {
      const mark = /^ {0,3}(`{3,}|~{3,})/.exec(line)?.[1] ?? ''
      if (fence === '' && mark !== '') fence = mark
      else if (fence !== '' && mark.startsWith(fence)) fence = ''
      return fence === '' && /^#{1,5} /.test(line) ? `${/^#{1,4} /.test(line) ? '##' : '#'}${line}` : line
    })
    .join('\n')
}
