import { grouped } from '../../plugin-api/grouped.ts'
import type { ThreadItem, ThreadTranscript } from '../../plugin-api/index.ts'
import { printableLine, printableText } from '../scan/printable-text.ts'
import { plainItem } from './plain-item.ts'
import { safeMarkdown } from './safe-markdown.ts'
import { subjectOf } from './thread-list.ts'

/** A kept thread as a Markdown document. What others said stands in quotes and fences that it cannot end, and does nothing. */
export function transcriptMarkdown({ thread, turns, usage }: ThreadTranscript): string {
  const facts = [
    `- Thread: \`${thread.id}\``,
    `- Begun: ${thread.created}`,
    ...(thread.model ? [`- Model: ${inline(`${thread.provider ?? ''}/${thread.model}`)}`] : []),
    ...(thread.agent ? [`- Agent: ${inline(thread.agent)}`] : []),
    `- Tokens: ${grouped(usage.input_tokens)} in, ${grouped(usage.output_tokens)} out`,
  ]
  const sections = turns.map(({ prompt, items, status, error }, index) => [
    `## ${index + 1}. ${status === 'completed' ? 'Turn' : `Turn, ${status}`}`,
    safeMarkdown(printableText(prompt))
      .split('\n')
      .map((line) => `> ${line}`.trimEnd())
      .join('\n'),
    ...items.flatMap((item) => itemMarkdown(item) ?? []),
    ...(error ? [`**Failed:** ${inline(error)}`] : []),
  ])
  return `${[`# ${inline(subjectOf(thread))}`, facts.join('\n'), ...sections.flat()].join('\n\n')}\n`
}

function itemMarkdown(item: ThreadItem): string | undefined {
  if (item.type === 'agent_message') return safeMarkdown(printableText(item.text)).trimEnd()
  const { label, head, body } = plainItem(item)
  if (label === '') return undefined
  const isCommand = item.type === 'command_execution'
  const what = isCommand ? `${code(item.command)} (exit ${item.exit_code ?? 'unknown'})` : inline(head)
  const line = `**${label}** ${what}`.trimEnd()
  return body === '' ? line : `${line}\n\n${fenced(printableText(body))}`
}

/** One line whose signs mean nothing to Markdown. */
function inline(text: string): string {
  return printableLine(text).replaceAll(/[\\`*_{}[\]<>#|~]/g, (sign) => `\\${sign}`)
}

/** One line as code, which nothing in it ends (CommonMark 6.1). */
function code(text: string): string {
  const line = printableLine(text)
  const longest = Math.max(0, ...[...line.matchAll(/`+/g)].map(([ticks]) => ticks.length))
  const ticks = '`'.repeat(longest + 1)
  const pad = line.startsWith('`') || line.endsWith('`') || line === '' ? ' ' : ''
  return `${ticks}${pad}${line}${pad}${ticks}`
}

function fenced(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length))
  const fence = '`'.repeat(longest + 1)
  return `${fence}text\n${text.trimEnd()}\n${fence}`
}
