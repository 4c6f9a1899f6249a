import { grouped } from '../../plugin-api/grouped.ts'
import type { ThreadItem } from '../../plugin-api/index.ts'
import { terminalLine, terminalText } from '../../plugin-api/terminal-text.ts'
import { argumentsText } from '../arguments-text.ts'
import { shownCommand, withoutLooks } from '../command-text.ts'
import { budgetText, compactionLine, type ItemFacts } from '../item-text.ts'
import { changeCounts, type PatchedFile, patchedFiles } from '../patch-text.ts'
import { plainItem } from '../thread/plain-item.ts'

export interface LabelOptions {
  /** True while a thread runs: long outputs and diffs are shortened. */
  readonly isFolded: boolean
  /** The command that shows all of it. Absent: nothing can be shown later. */
  readonly rest?: string
}

const maxOutputLines = 10
const maxPatchLines = 40

/** A line that says what it is: `Command: npm test`. Text of others is made harmless; its further lines are indented, so that none looks like a label. */
export const labelled = (label: string, text: string): string => `${label}: ${indented(text).trimStart()}`

const indented = (text: string): string =>
  terminalText(text.trimEnd())
    .split('\n')
    .map((line) => `  ${line}`.trimEnd())
    .join('\n')

/**
 * A finished item in full lines, each of which says by a word what it is: for screen readers, and for whoever wants no symbols.
 * Empty for what is told elsewhere.
 */
export function labelledItem(item: ThreadItem, options: LabelOptions, facts: ItemFacts = {}): readonly string[] {
  switch (item.type) {
    case 'agent_message':
      return [labelled('Assistant', item.text)]
    case 'user_message':
      return [labelled('You', item.text)]
    case 'command_execution':
      return commandLines(item, options, facts.durationMs)
    case 'file_change':
      return fileLines(item, options, facts.patch)
    case 'todo_list': {
      const done = item.items.filter(({ completed }) => completed).length
      const steps = item.items.map(({ text, completed }) => labelled(completed ? 'Done' : 'To do', text))
      return [`Plan: ${done} of ${plural(item.items.length, 'step')} done.`, ...steps]
    }
    case 'tool_call':
    case 'mcp_tool_call': {
      const name = item.type === 'tool_call' ? item.tool : `${item.server}.${item.tool}`
      const said = item.type === 'tool_call' ? item.summary : (item.error?.message ?? '')
      return [
        labelled('Tool', [name, argumentsText(item.arguments)].filter(Boolean).join(' ')),
        labelled('Result', [item.status, said].filter(Boolean).join(', ')),
      ]
    }
    case 'denial': {
      const where = item.file === undefined ? '' : `, in ${item.file}${item.line ? ` line ${item.line}` : ''}`
      const hint = item.hint === undefined ? [] : [labelled('Hint', item.hint)]
      const who = item.agent_path ? `agent ${item.agent_path.join(' > ')}: ` : ''
      return [labelled('Denied', `${who}${item.reason}, by ${item.layer}${where}`), ...hint]
    }
    case 'activation': {
      const score = item.score === undefined ? '' : `, score ${item.score.toFixed(2)}`
      const reasons = item.reasons.length === 0 ? '' : `, because: ${item.reasons.join(', ')}`
      const offered = item.suggestions.map(({ agent }) => agent).join(', ')
      const offer = offered === '' ? [] : [labelled('Suggested agents', offered)]
      return [labelled('Agent', `${item.agent}${score}${reasons}`), ...offer]
    }
    case 'context_compaction': {
      const summary = options.isFolded ? [] : [labelled('Summary', item.summary)]
      return [labelled('Note', compactionLine(item)), ...summary]
    }
    case 'budget_warning':
      return [labelled('Warning', budgetText(item))]
    default: {
      const { label, head, body } = plainItem(item)
      return label === '' ? [] : [labelled(label, [head, body].filter(Boolean).join('\n'))]
    }
  }
}

function commandLines(
  item: Extract<ThreadItem, { type: 'command_execution' }>,
  { isFolded, rest }: LabelOptions,
  durationMs: number | undefined,
): readonly string[] {
  const output = withoutLooks(item.aggregated_output).trimEnd()
  const lines = output === '' ? [] : output.split('\n')
  const result = [
    item.exit_code === null
      ? 'did not end'
      : item.exit_code === 0
        ? 'exit code 0'
        : `failed, exit code ${item.exit_code}`,
    ...(durationMs === undefined ? [] : [secondsText(durationMs)]),
    lines.length === 0 ? 'no output' : `${plural(lines.length, 'line')} of output`,
  ].join(', ')
  const command = labelled('Command', shownCommand(item.command).trim())
  if (!isFolded) {
    return [
      command,
      labelled('Result', `${result}.`),
      ...(lines.length === 0 ? [] : ['Output:', indented(output), 'End of output.']),
    ]
  }
  if (item.exit_code === 0 || lines.length === 0) return [command, labelled('Result', `${result}.`)]
  const last = lines.slice(-maxOutputLines)
  const isWhole = last.length === lines.length
  return [
    command,
    labelled('Result', `${result}.`),
    isWhole ? 'Output:' : `Output, the last ${plural(last.length, 'line')}:`,
    indented(last.join('\n')),
    isWhole || rest === undefined ? 'End of output.' : `End of output. All of it: ${rest}`,
  ]
}

function fileLines(
  { changes, status }: Extract<ThreadItem, { type: 'file_change' }>,
  options: LabelOptions,
  patch: string | undefined,
): readonly string[] {
  if (status === 'failed') {
    return [
      'Files: could not be changed. All of them are as they were.',
      ...changes.map(({ path }) => labelled('File', path)),
    ]
  }
  const files = patch === undefined ? [] : patchedFiles(patch)
  if (files.length === 0) return changes.map(({ kind, path }) => labelled(`File ${pastOf[kind]}`, path))
  let room = options.isFolded ? maxPatchLines : Number.POSITIVE_INFINITY
  return files.flatMap((file) => {
    const changed = file.lines.filter((line) => /^[+-]/.test(line))
    const shown = changed.slice(0, Math.max(0, room))
    room -= shown.length
    const hidden = changed.length - shown.length
    const more = options.rest === undefined ? '.' : `: ${options.rest}`
    return [
      fileLine(file),
      ...shown.map((line) => labelled(line.startsWith('+') ? 'Added' : 'Removed', line.slice(1))),
      ...(hidden === 0 ? [] : [`${plural(hidden, 'more changed line')}${more}`]),
    ]
  })
}

const pastOf = { add: 'added', delete: 'deleted', update: 'edited' } as const

function fileLine(file: PatchedFile): string {
  const { added, removed } = changeCounts(file)
  const to = file.movedTo === undefined ? '' : `, moved to ${terminalLine(file.movedTo)}`
  const counts = [
    ...(added > 0 ? [`${plural(added, 'line')} added`] : []),
    ...(removed > 0 ? [`${plural(removed, 'line')} removed`] : []),
  ].join(', ')
  return `File ${pastOf[file.kind]}: ${terminalLine(file.path)}${to}${counts === '' ? '' : `, ${counts}`}.`
}

/** `1 line`, `2,000 lines`. */
export const plural = (count: number, word: string): string => `${grouped(count)} ${word}${count === 1 ? '' : 's'}`

/** `0.3 seconds`, `75 seconds`. */
export function secondsText(durationMs: number): string {
  const seconds = durationMs / 1000
  return seconds < 9.95 ? `${seconds.toFixed(1)} seconds` : plural(Math.round(seconds), 'second')
}
