import { grouped } from '../../plugin-api/grouped.ts'
import type { ThreadTranscript } from '../../plugin-api/index.ts'
import { terminalText } from '../../plugin-api/terminal-text.ts'
import { colours } from '../colours.ts'
import { itemText } from '../item-text.ts'
import { openPatches } from '../open-patches.ts'
import { subjectOf } from './thread-list.ts'

/** A kept thread for a person: each turn's prompt, what was done, what was answered. Text of others cannot drive the terminal. */
export function transcriptText(
  { thread, turns, usage, unreadableLines }: ThreadTranscript,
  colour: boolean,
  /** Shows a message; Markdown on a terminal. */
  messageText: (text: string) => string,
): string {
  const paint = colours(colour)
  const facts = [
    paint.bold(terminalText(subjectOf(thread))),
    `${thread.id}  ${thread.created}  ${terminalText(thread.cwd)}`,
    [thread.provider, thread.model, thread.agent && `agent ${thread.agent}`]
      .flatMap((each) => (each ? terminalText(each) : []))
      .join('  '),
    ...(unreadableLines > 0
      ? [paint.yellow(`${unreadableLines} lines of the record cannot be read and are left out`)]
      : []),
  ]
  const said = turns.map(({ prompt, items, status, error, patches }) => {
    const open = openPatches(patches)
    const lines = items.flatMap((item) => {
      const text =
        item.type === 'agent_message'
          ? messageText(item.text)
          : itemText(item, { paint, isFolded: false }, open.factsOf(item))
      const summary = item.type === 'context_compaction' ? paint.dim(terminalText(item.summary)) : ''
      return [text, summary].flatMap((each) => each || [])
    })
    const end = status === 'completed' ? [] : [paint.yellow(`${status}${error ? `: ${terminalText(error)}` : ''}`)]
    return [paint.cyan(`> ${terminalText(prompt).replaceAll('\n', '\n> ')}`), ...lines, ...end].join('\n')
  })
  const tokens = usage.input_tokens + usage.output_tokens
  return [facts.filter(Boolean).join('\n'), ...said, paint.dim(`${grouped(tokens)} tokens`)].join('\n\n')
}
