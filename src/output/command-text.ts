import { grouped } from '../plugin-api/grouped.ts'
import type { ThreadItem } from '../plugin-api/index.ts'
import { terminalText } from '../plugin-api/terminal-text.ts'
import { durationText } from './duration-text.ts'
import type { ItemStyle } from './item-style.ts'

type CommandItem = Extract<ThreadItem, { type: 'command_execution' }>

/** Of the output of a command that failed, so much is shown. */
const maxShownLines = 10
const maxLineLength = 400

/**
 * A finished command: one line with its exit code, how long it took and how much it said; under it the last lines of one that failed.
 * Unfolded, all that it said.
 */
export function commandText(item: CommandItem, durationMs: number | undefined, style: ItemStyle): string {
  const { paint, isFolded, rest } = style
  const output = terminalText(withoutLooks(item.aggregated_output).trimEnd())
  const lines = output === '' ? [] : output.split('\n')
  const end = exitText(item)
  const facts = [
    item.exit_code === 0 ? paint.green(end) : paint.red(end),
    ...(durationMs === undefined ? [] : [paint.dim(durationText(durationMs))]),
    ...(isFolded && lines.length > 0 ? [paint.dim(lineCount(lines.length))] : []),
  ].join(paint.dim(', '))
  if (!isFolded) {
    const said = lines.length === 0 ? '' : `\n${paint.dim(output)}`
    return `${paint.cyan('$')} ${terminalText(shownCommand(item.command))}${said}\n${facts}`
  }
  const head = `${commandLine(item.command, style)}  ${facts}`
  if (item.exit_code === 0 || lines.length === 0) return head
  const last = lines.slice(-maxShownLines)
  const hidden = lines.length - last.length
  const more =
    hidden === 0 ? [] : [paint.dim(`  … ${lineCount(hidden)} before${rest === undefined ? '' : `: ${rest}`}`)]
  return [head, ...more, ...last.map((line) => paint.dim(`  ${cut(line)}`))].join('\n')
}

/** How a command ended, in words. */
export function exitText({ exit_code, status }: CommandItem): string {
  if (exit_code !== null) return `exit ${exit_code}`
  return status === 'in_progress' ? 'did not end' : 'was ended'
}

/** A command on one line; of a script of several lines the first, and how many more there are. */
export function commandLine(command: string, { paint }: Pick<ItemStyle, 'paint'>): string {
  const [first = '', ...others] = shownCommand(command).trim().split('\n')
  const more = others.length === 0 ? '' : paint.dim(` … ${lineCount(others.length, 'more ')}`)
  return `${paint.cyan('$')} ${terminalText(first)}${more}`
}

/** What was typed, without the shell that runs it: `/bin/bash -lc 'a b'` is `a b`. */
export function shownCommand(command: string): string {
  const script = /^(?:[\w./-]*\/)?(?:ba|z|da|k|fi)?sh -l?c ([\s\S]+)$/.exec(command)?.[1]
  if (script === undefined) return command
  const words = script.match(/'[^']*'|"(?:[^"\\]|\\[\s\S])*"|[^\s'"]+/g) ?? []
  // One word, quoted in pieces: else what follows `-c` is more than a script.
  if (words.join('') !== script) return command
  return words
    .map((word) => {
      if (word.startsWith("'")) return word.slice(1, -1)
      return word.startsWith('"') ? word.slice(1, -1).replace(/\\(["\\$`])/g, '$1') : word
    })
    .join('')
}

/** Output without its colours (ECMA-48 SGR), which say nothing that is lost; other sequences are seen. */
export function withoutLooks(output: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
  return output.replace(/\u001b\[[\d;:]*m/g, '')
}

const lineCount = (count: number, more = ''): string => `${grouped(count)} ${more}${count === 1 ? 'line' : 'lines'}`

const cut = (line: string): string => (line.length > maxLineLength ? `${line.slice(0, maxLineLength)}…` : line)
