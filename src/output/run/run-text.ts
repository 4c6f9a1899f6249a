import type { MergedResult, RunResult } from '../../plugin-api/run.ts'
import { type Severity, severities } from '../../plugin-api/severity.ts'
import { durationText } from '../duration-text.ts'

/** The result of a run as text: the answer, what decided it, every finding once, and whether a model answered. */
export function runResultText(result: RunResult): string {
  const { merged } = result
  const findings = merged.findings.map(findingLine)
  return [
    ...present(chosenText(merged)),
    merged.text.trim(),
    ...(findings.length > 0 ? [`# Findings of all agents\n\n${findings.join('\n')}`] : []),
    ...present(playbookText(result)),
  ].join('\n\n')
}

/** What chose one answer, or why none was chosen; undefined where none was to be. */
export function chosenText({ strategy, decided, winner, reason, answers }: MergedResult): string | undefined {
  if (strategy === 'concatenate') return undefined
  const scores = answers.map(({ task, score }) => `${task} ${score === null ? 'unscored' : score}`).join(', ')
  const why = reason === undefined ? '' : `; ${reason}`
  return decided
    ? `Chosen by ${strategy}: ${winner ?? ''} (${scores}${why})`
    : `Nothing was chosen by ${strategy} (${scores}${why}); all answers follow`
}

/** Which tasks were answered with no model; undefined where none was. */
export function playbookText({ results }: RunResult): string | undefined {
  const answered = results.filter(({ engine, state }) => engine !== undefined && state === 'done')
  const tasks = answered.filter(({ engine }) => engine === 'playbook').map(({ task }) => task)
  if (tasks.length === 0) return undefined
  const which = tasks.length === answered.length ? '' : ` for ${tasks.join(', ')}`
  return `No language model was used${which}: playbooks answered.`
}

/** `done: 2 of 2 tasks done, findings: 1 critical, 0.8 s`. */
export function summaryText({ status, results, merged, duration_ms: ms }: RunResult): string {
  const done = results.filter(({ state }) => state === 'done').length
  return `${status}: ${done} of ${tasksText(results.length)} done, ${countsText(merged)}, ${durationText(ms)}`
}

/** How many findings there are, by severity. */
export function countsText({ findings }: Pick<MergedResult, 'findings'>): string {
  const counts = severityCounts(findings.map(({ finding }) => finding))
  return counts.length === 0 ? 'no findings' : `findings: ${counts.join(', ')}`
}

/** `1 critical`, `3 high`: the gravest first, and none that there is not. */
export function severityCounts(findings: readonly { readonly severity: Severity }[]): readonly string[] {
  return severities.flatMap((severity) => {
    const count = findings.filter((each) => each.severity === severity).length
    return count === 0 ? [] : [`${count} ${severity}`]
  })
}

/** `1 task`, `2 tasks`. */
export const tasksText = (count: number): string => `${count} ${count === 1 ? 'task' : 'tasks'}`

/** Who made a plan, in words. */
export const sourceText: Readonly<Record<RunResult['plan']['source'], string>> = {
  model: 'planned by a model',
  workflow: 'planned by a workflow file',
  router: 'planned by the scores of the router',
  person: 'planned for the agents that were named',
}

const present = (text: string | undefined): readonly string[] => (text === undefined ? [] : [text])

function findingLine({ finding, authors }: MergedResult['findings'][number]): string {
  const { severity, file, range, message, rule } = finding
  return `- ${severity} ${file}:${range.start.line} ${message} (${rule}; ${authors.join(', ')})`
}
