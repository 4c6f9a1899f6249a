import type { Finding, ThreadItem } from '../../plugin-api/index.ts'
import type { MergedResult, RunEvent, RunResult } from '../../plugin-api/run.ts'
import { severities } from '../../plugin-api/severity.ts'
import { terminalJson } from '../../plugin-api/terminal-json.ts'
import { terminalLine, terminalText } from '../../plugin-api/terminal-text.ts'
import { taskLine } from '../task-line.ts'

/** Where a run is written to; each takes whole lines with their ends. */
export interface RunOutput {
  readonly out: (text: string) => void
  readonly err: (text: string) => void
}

/** Writes every event of a run as one line of JSON, and hands it on. */
export async function* renderRunJson(
  events: AsyncIterable<RunEvent>,
  write: (line: string) => void,
): AsyncGenerator<RunEvent> {
  for await (const event of events) {
    write(`${terminalJson(event)}\n`)
    yield event
  }
}

/** Writes a run in plain lines: how the tasks stand on `err`, the result on `out`. Hands the events on. */
export async function* renderRunPlain(
  events: AsyncIterable<RunEvent>,
  { out, err }: RunOutput,
): AsyncGenerator<RunEvent> {
  for await (const event of events) {
    if (event.type === 'run.started') err(`${terminalLine(event.goal)}\n`)
    else if (event.type === 'run.planned')
      err(`${tasksText(event.plan.tasks.length)}, at most ${event.plan.max_parallel} at once\n`)
    else if (event.type === 'run.completed') {
      out(`${terminalText(resultText(event.result)).trimEnd()}\n`)
      err(`${terminalLine(summaryText(event.result))}\n`)
    } else {
      const line = itemLine(event.item, event.type)
      if (line !== undefined) err(`${terminalLine(line)}\n`)
    }
    yield event
  }
}

/** Findings are told with the result, once each. */
function itemLine(item: ThreadItem, phase: string): string | undefined {
  switch (item.type) {
    case 'task':
      // A task that is assigned begins at once, and all are pending at first.
      return item.state === 'pending' ||
        item.state === 'assigned' ||
        (item.state === 'running' && item.thread_id === undefined)
        ? undefined
        : `task ${taskLine(item)}`
    case 'denial':
      return `denied: ${item.reason} [${item.layer}]`
    case 'error':
      return phase === 'item.completed' ? `warning: ${item.message}` : undefined
    default:
      return undefined
  }
}

/** The answer, what decided it, and every finding once. */
function resultText({ merged }: RunResult): string {
  const findings = merged.findings.map(findingLine)
  const chosen = chosenText(merged)
  return [
    ...(chosen === undefined ? [] : [chosen]),
    merged.text.trim(),
    ...(findings.length > 0 ? [`# Findings of all agents\n\n${findings.join('\n')}`] : []),
  ].join('\n\n')
}

function chosenText({ strategy, decided, winner, reason, answers }: MergedResult): string | undefined {
  if (strategy === 'concatenate') return undefined
  const scores = answers.map(({ task, score }) => `${task} ${score === null ? 'unscored' : score}`).join(', ')
  const why = reason === undefined ? '' : `; ${reason}`
  return decided
    ? `Chosen by ${strategy}: ${winner ?? ''} (${scores}${why})`
    : `Nothing was chosen by ${strategy} (${scores}${why}); all answers follow`
}

function findingLine({ finding, authors }: { readonly finding: Finding; readonly authors: readonly string[] }): string {
  const { severity, file, range, message, rule } = finding
  return `- ${severity} ${file}:${range.start.line} ${message} (${rule}; ${authors.join(', ')})`
}

function summaryText({ status, results, merged, duration_ms: ms }: RunResult): string {
  const done = results.filter(({ state }) => state === 'done').length
  const counts = severities.flatMap((severity) => {
    const count = merged.findings.filter(({ finding }) => finding.severity === severity).length
    return count === 0 ? [] : [`${count} ${severity}`]
  })
  const found = counts.length === 0 ? 'no findings' : `findings: ${counts.join(', ')}`
  return `${status}: ${done} of ${tasksText(results.length)} done, ${found}, ${(ms / 1000).toFixed(1)} s`
}

const tasksText = (count: number): string => `${count} ${count === 1 ? 'task' : 'tasks'}`
