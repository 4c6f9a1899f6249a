import { grouped } from '../../plugin-api/grouped.ts'
import type { ThreadTranscript } from '../../plugin-api/index.ts'
import { openPatches } from '../open-patches.ts'
import { subjectOf } from '../thread/thread-list.ts'
import { labelled, labelledItem, plural } from './labelled-item.ts'

/** A kept thread in full lines with labels, all of it. */
export function transcriptPlain({ thread, turns, usage, unreadableLines }: ThreadTranscript): string {
  const tokens = usage.input_tokens + usage.output_tokens
  const head = [
    labelled('Thread', subjectOf(thread)),
    labelled('Session', thread.id),
    labelled('Begun', thread.created),
    labelled('Directory', thread.cwd),
    ...(thread.model ? [labelled('Model', [thread.model, thread.provider].filter(Boolean).join(' of '))] : []),
    ...(thread.agent ? [labelled('Agent', thread.agent)] : []),
    ...(unreadableLines > 0 ? [`Warning: ${plural(unreadableLines, 'line')} of the record cannot be read.`] : []),
  ]
  const said = turns.map(({ prompt, items, status, error, patches }, index) => {
    const open = openPatches(patches)
    return [
      `Turn ${index + 1} of ${turns.length}.`,
      labelled('You', prompt),
      ...items.flatMap((item) => labelledItem(item, { isFolded: false }, open.factsOf(item))),
      labelled('Status', `${status}${error ? `, ${error}` : ''}`),
    ].join('\n')
  })
  return [head.join('\n'), ...said, `Tokens used: ${grouped(tokens)}`].join('\n\n')
}
